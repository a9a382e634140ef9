"""File functions of Windows that Python does not offer."""

import sys

if sys.platform == "win32":
    import ctypes
    from contextlib import suppress
    from ctypes import wintypes
    from pathlib import Path
    from stat import FILE_ATTRIBUTE_HIDDEN as HIDDEN

    _REPLACE_EXISTING, _WRITE_THROUGH = 0x1, 0x8
    _GENERIC_READ, _OPEN_EXISTING, _SHARING_VIOLATION = 0x80000000, 3, 32
    _NO_HANDLE = ctypes.c_void_p(-1).value
    #: Of a file, its access list is meant; and whether this list also takes what the folder hands down.
    _FILE, _ACCESS_LIST, _FROM_FOLDER, _NOT_FROM_FOLDER = 1, 0x4, 0x20000000, 0x80000000
    #: What a list that takes nothing from the folder has among its flags.
    _PROTECTED = 0x1000

    # Each other argument is a text, a pointer or a number of 32 bits, which ctypes passes correctly.
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateFileW.restype = wintypes.HANDLE
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    _security = ctypes.WinDLL("advapi32")

    def replace(new: Path, target: Path) -> None:
        """Rename a file onto another one, and return once this is on the disk. Raise OSError."""
        if not _kernel.MoveFileExW(str(new), str(target), _REPLACE_EXISTING | _WRITE_THROUGH):
            code = ctypes.get_last_error()
            raise OSError(0, ctypes.FormatError(code), str(new), code, str(target))

    def is_open(path: Path) -> bool:
        """Return whether a program has a file open."""
        handle = _kernel.CreateFileW(str(path), _GENERIC_READ, 0, None, _OPEN_EXISTING, 0, None)
        if handle == _NO_HANDLE:
            return ctypes.get_last_error() == _SHARING_VIOLATION
        _kernel.CloseHandle(handle)
        return False

    def hide(path: Path, hidden: int = HIDDEN) -> None:
        """Set the attribute by which Explorer leaves a file out, or take it away (0)."""
        with suppress(OSError):
            attributes = path.stat().st_file_attributes & ~HIDDEN
            _kernel.SetFileAttributesW(str(path), attributes | hidden)

    def hidden(path: Path) -> int:
        """Return this attribute of a file, or 0."""
        with suppress(OSError):
            return path.stat().st_file_attributes & HIDDEN
        return 0

    def copy_access(path: Path, new: Path) -> None:
        """Give a new file the access list of another one, as far as the file system has such lists. What the
        list took from its folder, the new file takes from its own."""
        entries, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
        flags, revision = wintypes.WORD(), wintypes.DWORD()
        results = (None, None, ctypes.byref(entries), None, ctypes.byref(descriptor))
        # A file system without such lists may succeed with none, which would open the file to everybody.
        code = _security.GetNamedSecurityInfoW(str(path), _FILE, _ACCESS_LIST, *results)
        if code == 0 and entries:
            _security.GetSecurityDescriptorControl(descriptor, ctypes.byref(flags), ctypes.byref(revision))
            inherited = _NOT_FROM_FOLDER if flags.value & _PROTECTED else _FROM_FOLDER
            _security.SetNamedSecurityInfoW(
                str(new), _FILE, _ACCESS_LIST | inherited, None, None, entries, None
            )
            _kernel.LocalFree(descriptor)

    def has_long_paths() -> bool:
        """Return whether paths of more than 259 characters are allowed, as somebody may have set."""
        allowed = getattr(ctypes.WinDLL("ntdll"), "RtlAreLongPathsEnabled", None)
        return allowed is not None and bool(allowed() & 0xFF)
