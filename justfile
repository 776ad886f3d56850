# The five commands people use; `just` lists them.

_list:
    @just --list

# Install the project with everything that developing needs
setup:
    uv sync --group dev

# Run tests, all or some: just test tests/core
test *paths:
    uv run --group dev pytest -n 2 --dist loadfile {{ paths }}

# Lint, formatting and types
check:
    uv run --group dev ruff check .
    uv run --group dev ruff format --check .
    uv run --group dev mypy

# Make both workbooks from the bundled exports, in demo/
demo:
    uv run xl-lifecycle demo --out demo

# Run tests/windows under Windows' own Python, in Wine (Debian, root)
windows:
    tools/windows.sh checks
