"""What a test asks of the system that it runs on; elsewhere it is skipped, with the reason."""

from __future__ import annotations

import re
import sys

import pytest


def not_on_windows(reason: str) -> pytest.MarkDecorator:
    """Skip a test on Windows, whose systems lack what it is about."""
    return pytest.mark.skipif(sys.platform == "win32", reason=reason)


needs_rights = not_on_windows("Windows knows read-only files, and no rights of a group or of others")
needs_links = not_on_windows("a symbolic link needs a right of its own on Windows")
needs_pipes = not_on_windows("Windows has no pipes that are files")


def without_wine(stderr: str) -> str:
    """What a program wrote, without what Arrow says of a processor that Wine does not describe."""
    return re.sub(r"C:/arrow/cpp/\S+ Failed to get processor information\s*", "", stderr)
