"""Removes comments and docstrings from Python sources that are stored in a workbook."""

from __future__ import annotations

import ast
import io
import tokenize


def terse(source: str) -> str:
    r"""A module's code, line for line, without comments and docstrings; the first line of the module's docstring stays.

    >>> terse("# No longer used\nrate = 2  # of all\n")
    'rate = 2\n'
    """
    lines = source.split("\n")
    gone: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and _has_docstring(node):
            text = node.body[0]
            first, last = text.lineno - 1, text.end_lineno or text.lineno
            gone |= set(range(first + (isinstance(node, ast.Module) or len(node.body) == 1), last))
            if isinstance(node, ast.Module):
                lines[first] = lines[first].removesuffix('"""') + '"""'
            elif len(node.body) == 1:
                lines[first] = " " * text.col_offset + "..."
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start[0] - 1, token.start[1]
            code = lines[row][:column].rstrip()
            lines[row] = code
            gone |= set() if code else {row}
    return "\n".join(line for row, line in enumerate(lines) if row not in gone)


def _has_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return ast.get_docstring(node, clean=False) is not None
