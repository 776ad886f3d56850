"""Ways to damage an input. A damage is a list of edits, so that a failing input can be made small again."""

from __future__ import annotations

import io
import zipfile
from random import Random

TOKENS = [
    *(b"", b"\0", b"\n", b"\r\n", b'"', b"'", b",", b";", b"\t", b"=", b"(", b")", b"[", b"]", b"{", b"}", b"/", b"\\"),
    *(b"-1", b"0", b"1e308", b"1E400", b"99999999999999999999", b"nan", b"inf", b"0x10", b"%", b"#N/A", b"#REF!"),
    *(b"2026-13-45", b"0000-00-00", b"9999-12-31", b"1899-12-31", b"29/02/2025", b"-", b"--", b"All", b"/", b"Total"),
    *(
        "\ufeff".encode(),
        "\u202e".encode(),
        "１２".encode(),
        "٣".encode(),
        "합계".encode(),
        b"\xff\xfe",
        b"\x80",
        b"\x1b[31m",
    ),
    *(
        b"<!DOCTYPE x>",
        b"<a",
        b"</",
        b"&lt;",
        b"]]>",
        b"A1:XFD1048576",
        b"PK\x01\x02",
        b"$" * 40,
        b"(" * 200,
        b"a" * 5000,
    ),
]
WAYS = ("insert", "replace", "delete", "repeat", "swap", "flip")

Edit = tuple[str, float, int, bytes]


def some_edits(random: Random, size: int) -> list[Edit]:
    """Some edits, fewer for a short input: the way, where as a share of the data, how many bytes, and a token."""
    return [
        (random.choice(WAYS), random.random(), random.randint(1, 64 if size > 200 else 4), random.choice(TOKENS))
        for _ in range(random.randint(0, 8 if size > 200 else 2))
    ]


def damaged(data: bytes, changes: list[Edit]) -> bytes:
    """The data after some changes.

    >>> damaged(b"abcdef", [("insert", 0.5, 1, b"-"), ("delete", 0.0, 2, b"")])
    b'c-def'
    """
    for way, share, count, token in changes:
        at = int(share * len(data))
        before, piece, after = data[:at], data[at : at + count], data[at + count :]
        data = {
            "insert": before + token + piece + after,
            "replace": before + token + after,
            "delete": before + after,
            "repeat": before + piece * min(count, 16) + after,
            "swap": after + piece + before,
            "flip": before + bytes(byte ^ 1 << count % 8 for byte in piece) + after,
        }[way][:1_000_000]
    return data


def damaged_archive(data: bytes, changes: list[Edit], part: float) -> bytes:
    """An archive of which one part is damaged, and which is an archive again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = list(parts)[min(int(part * len(parts)), len(parts) - 1)]
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, damaged(content, changes) if each == name else content)
    return result.getvalue()
