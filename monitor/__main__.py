"""`python -m monitor` and the `news-monitor` program -> the command line."""

from monitor.cli import main

if __name__ == "__main__":
    main()
