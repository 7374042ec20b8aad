"""python -m aggregator."""

from aggregator.cli import main

# Worker processes load this module, too; they must not run the command again.
if __name__ == "__main__":
    main()
