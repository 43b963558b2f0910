"""What an error says, told by the learner's own line; whether a stub raised it."""

import dis
import sysconfig
import traceback
from pathlib import Path


def raised_by_hand(error: BaseException) -> bool:
    """Whether a ``raise`` in code that is neither Python's nor a library's gave this error."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or _is_library(last.tb_frame.f_code.co_filename):
        return False
    return last.tb_frame.f_code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _is_library(filename: str) -> bool:
    standard = sysconfig.get_paths()["stdlib"]
    return filename.startswith(standard) or "site-packages" in Path(filename).parts


def told_error(error: BaseException) -> str:
    """The error and the line of the learner's cell, without a traceback that shows ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = {"lessons", "site-packages"}  # the course's frames and those of libraries
    own = [one for one in frames if one.line and not ours & set(Path(one.filename).parts)]
    place = f" (in the line: {own[-1].line})" if own else ""
    text = str(error)
    text = text if len(text) <= 200 else text[:197] + "..."
    return f"{type(error).__name__}: {text}{place}"
