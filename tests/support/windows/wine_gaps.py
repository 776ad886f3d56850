"""Fills gaps of Wine's, for libraries that need more of Windows than it has; copied as Lib/sitecustomize.py.

ucrtbase exports crealf and cimagf only as stubs that abort, and numpy calls them while it is imported. In their place
goes what they compute: the lower and the upper half of the eight bytes of a complex number.
"""

import ctypes
from ctypes import wintypes

CODE = {
    "crealf": b"\x66\x0f\x6e\xc1\xc3",  # movd xmm0, ecx; ret
    "cimagf": b"\x48\xc1\xe9\x20\x66\x0f\x6e\xc1\xc3",  # shr rcx, 32; movd xmm0, ecx; ret
}
EXECUTE_READ_WRITE = 0x40

if hasattr(ctypes.windll.ntdll, "wine_get_version"):
    library = ctypes.CDLL("ucrtbase")
    protect = ctypes.windll.kernel32.VirtualProtect
    protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, wintypes.DWORD, ctypes.POINTER(wintypes.DWORD))
    for name, code in CODE.items():
        place = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        before = wintypes.DWORD()
        if protect(place, len(code), EXECUTE_READ_WRITE, ctypes.byref(before)):
            ctypes.memmove(place, code, len(code))
