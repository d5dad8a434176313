"""`python -m listing_assets.cli` is the `listing` command."""

from listing_assets.cli.app import main

if __name__ == "__main__":
    main()
