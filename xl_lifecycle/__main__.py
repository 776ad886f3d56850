from xl_lifecycle.commands.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
