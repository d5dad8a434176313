import pytest

from tests.search.shop import Shop, generate_rows, make_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """2,000 generated rows, published once; nobody may change them."""
    return make_shop(tmp_path_factory.mktemp("shop"), generate_rows(2_000))
