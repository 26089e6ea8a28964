"""``python -m musegen``: see `musegen.cli`."""

from musegen.cli import main

if __name__ == "__main__":
    main()
