from xl_lifecycle.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
