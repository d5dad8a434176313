"""Makes a LLaVA of random weights: it takes photos and chat, and answers with noise.

Run by the Python of the peers' environment: `make_model.py FOLDER`. Everything a real checkpoint
has is there, two layers deep. Its tokens are the 256 bytes, so that its noise is any text at all.
"""

import sys

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    CLIPVisionConfig,
    GenerationConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil

SIDE, PATCH = 64, 16
"""Pixels: a photo is shown as 4 × 4 patches."""
SPECIAL = ["<pad>", "<s>", "</s>", "<image>"]
PAD, BEGIN, END, IMAGE = range(len(SPECIAL))
WIDTH = 64
LONGEST = 8192
"""Tokens, that is bytes of a prompt."""
LOUDNESS = 0.5
"""Spread of the weights: wide enough that every photo is answered differently."""
CHAT = (
    "{{ bos_token }}{% for message in messages %}{{ message.role }}: "
    "{% for part in message.content %}"
    "{% if part.type == 'image' %}<image>{% else %}{{ part.text }}{% endif %}"
    "{% endfor %}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)


def processor() -> LlavaProcessor:
    """Bytes as tokens, and photos as squares."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate(SPECIAL + letters)}
    bytewise = Tokenizer(models.BPE(vocabulary, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bytewise,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        additional_special_tokens=[AddedToken("<image>", special=True)],
        model_max_length=LONGEST,
    )
    square = {"height": SIDE, "width": SIDE}
    return LlavaProcessor(
        image_processor=LlavaImageProcessorPil(size=square, crop_size=square),
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT,
    )


def model() -> LlavaForConditionalGeneration:
    """The network, with the same weights at every making."""
    torch.manual_seed(0)
    sizes = {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "initializer_range": LOUDNESS,
    }
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(image_size=SIDE, patch_size=PATCH, **sizes),
        text_config=LlamaConfig(
            vocab_size=len(SPECIAL) + 256,
            max_position_embeddings=LONGEST,
            pad_token_id=PAD,
            bos_token_id=BEGIN,
            eos_token_id=END,
            **sizes,
        ),
        image_token_index=IMAGE,
        initializer_range=LOUDNESS,
    )
    made = LlavaForConditionalGeneration(config)
    made.generation_config = GenerationConfig(
        pad_token_id=PAD, bos_token_id=BEGIN, eos_token_id=END
    )
    return made


if __name__ == "__main__":
    folder = sys.argv[1]
    model().save_pretrained(folder)
    processor().save_pretrained(folder)
