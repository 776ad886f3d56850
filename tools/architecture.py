"""Draws docs/pictures/architecture.svg from the code: the folders of xl_lifecycle/, and which imports which.

    python tools/architecture.py      needs only Python

tests/test_architecture.py checks that the committed picture is up to date.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "xl_lifecycle"
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
ROW, TOP, LEFT, BOX = 64, 24, 24, 190


def imports() -> dict[str, set[str]]:
    """The folders that each folder imports, from the source of its modules."""
    folders = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
    result: dict[str, set[str]] = {folder: set() for folder in folders}
    for folder in folders:
        for path in (PACKAGE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if isinstance(node, ast.ImportFrom) and node.module == "xl_lifecycle":
                    names = [f"xl_lifecycle.{alias.name}" for alias in node.names]
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                parts = [name.split(".") for name in names]
                result[folder] |= {part[1] for part in parts if part[0] == "xl_lifecycle" and len(part) > 1}
        result[folder] = (result[folder] & set(folders)) - {folder}
    return result


def levels(graph: dict[str, set[str]]) -> list[list[str]]:
    """The folders from the top: each is above all those that it imports."""
    height: dict[str, int] = {}
    while len(height) < len(graph):
        ready = [name for name, below in graph.items() if name not in height and below <= height.keys()]
        if not ready:
            raise ValueError(f"circular imports among {sorted(graph.keys() - height.keys())}")
        for name in ready:
            height[name] = 1 + max((height[below] for below in graph[name]), default=-1)
    top = max(height.values())
    return [sorted(name for name in graph if height[name] == level) for level in range(top, -1, -1)]


def purpose(folder: str) -> str:
    """The first sentence of the folder's docstring."""
    docstring = ast.get_docstring(ast.parse((PACKAGE / folder / "__init__.py").read_text("utf-8"))) or ""
    return docstring.split("\n")[0]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def picture() -> str:
    """The picture: a row for each folder, the lowest last, with the names of its imports."""
    graph = imports()
    order = [name for level in levels(graph) for name in level]
    rows = []
    for i, name in enumerate(order):
        y = TOP + i * ROW
        below = [other for other in order if other in graph[name]]
        text = f"imports {', '.join(below)}" if below else "imports nothing of ours"
        rows.append(
            f'<rect x="{LEFT}" y="{y}" width="{BOX}" height="44" rx="6" fill="#e8f0f7" stroke="#2f5d82"/>\n'
            f'<text x="{LEFT + 14}" y="{y + 28}" font-weight="bold">{name}/</text>\n'
            f'<text x="{LEFT + BOX + 20}" y="{y + 18}">{escaped(purpose(name))}</text>\n'
            f'<text x="{LEFT + BOX + 20}" y="{y + 37}" fill="#55606a" font-size="13">{text}</text>\n'
        )
        if i + 1 < len(order):
            x = LEFT + BOX // 2
            rows.append(f'<path d="M{x} {y + 46}v14m-4 -5l4 5l4 -5" fill="none" stroke="#2f5d82"/>\n')
    height = TOP * 2 + len(order) * ROW - (ROW - 44)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="980" height="{height}" '
        'font-family="sans-serif" font-size="15">\n'
        "<title>The folders of xl_lifecycle, each above those that it imports</title>\n"
        f'<rect width="980" height="{height}" fill="white"/>\n{"".join(rows)}</svg>\n'
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
