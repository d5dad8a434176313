// Title, category and attributes: what a person gets to edit besides the description.

import { button, element } from "../dom.js";

/** `templates` are those of the API; `changed` is called after each edit. */
export function listingFields(templates, changed) {
  let language = "en";
  let isReadOnly = false;
  const title = element("input", { id: "title", maxLength: 1000, autocomplete: "off", oninput: changed });
  const categories = element("datalist", { id: "categories" },
    [...new Set(templates.map((one) => one.categories[0]))].filter((name) => name !== "default").toSorted()
      .map((value) => element("option", { value })));
  const category = element("input", {
    id: "category", list: "categories", maxLength: 1000, autocomplete: "off",
    oninput: changed,
    onchange: () => {
      list.show(list.values, templateOf(category.value));
      changed();
    },
  });
  const list = attributeList(changed);
  const root = element(
    "div",
    { className: "fields" },
    field("Title", title),
    field("Category", category, categories),
    element("fieldset", { className: "attributes" },
      element("div", { className: "label-row" },
        element("legend", { textContent: "Attributes" }),
        button("Add an attribute", { className: "small", onclick: () => list.add() })),
      list.root),
  );

  function templateOf(name) {
    const wanted = name.trim().toLowerCase();
    if (!wanted) return [];
    const found = templates.find((one) => one.categories.some((each) => each.toLowerCase() === wanted));
    const usual = templates.find((one) => one.categories[0] === "default");
    return (found ?? usual)?.attributes[language] ?? [];
  }

  return {
    root,
    get values() {
      return { title: title.value.trim(), category: category.value.trim(), attributes: list.values };
    },
    set language(value) {
      language = value;
    },
    set readOnly(value) {
      isReadOnly = value;
      for (const input of root.querySelectorAll("input")) input.readOnly = value;
      for (const one of root.querySelectorAll("button")) one.hidden = value;
    },
    show({ title: named, category: found, attributes }, template) {
      title.value = named;
      category.value = found;
      list.show(attributes, template);
      this.readOnly = isReadOnly;
    },
  };
}

/** Names and values, those of the template first and in its order, filled in or not. */
function attributeList(changed) {
  const root = element("ul", { className: "attribute-list" });

  function row(name, value, isNew = false) {
    const label = isNew
      ? element("input", { className: "name", "aria-label": "Attribute", placeholder: "Name", maxLength: 60, oninput: changed })
      : element("span", { className: "name", textContent: name, title: name });
    const input = element("input", {
      className: "value", value, maxLength: 1000, autocomplete: "off", placeholder: "not known", oninput: changed,
      "aria-label": isNew ? "Value" : name,
    });
    const made = element("li", { "data-name": name }, label, input,
      button(isNew ? "Remove this attribute" : `Remove ${name}`, { sign: "close", bare: true, onclick: () => {
        made.remove();
        changed();
      } }));
    return made;
  }

  return {
    root,
    get values() {
      const found = [...root.children].map((one) => [
        one.dataset.name || one.querySelector("input.name").value.trim(), one.querySelector("input.value").value.trim()]);
      return Object.fromEntries(found.filter(([name, value]) => name && value));
    },
    show(values, template) {
      const names = [...new Set([...template, ...Object.keys(values)])];
      root.replaceChildren(...names.map((name) => row(name, values[name] ?? "")));
    },
    add() {
      const made = row("", "", true);
      root.append(made);
      made.querySelector("input").focus();
    },
  };
}

const field = (label, control, ...more) =>
  element("div", { className: "field" }, element("label", { for: control.id, textContent: label }), control, more);
