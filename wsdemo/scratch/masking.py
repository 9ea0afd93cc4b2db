"""The fastest exclusive or that is to be had.

``websockets`` brings one written in C, and it is installed wherever this course is. Where it was
built without C, the one of ``wsdemo.protocol`` does the same, and takes several times as long for a
chat line.

Left out: everything else that could be had in C. That the engine is Python one can read is the
point of it.
"""

from wsdemo.protocol.masking import ApplyMask
from wsdemo.protocol.masking import apply_mask as in_python

__all__ = ["apply_mask"]


def _fastest() -> ApplyMask:
    try:
        from websockets.speedups import apply_mask
    except ImportError:
        return in_python
    return apply_mask


apply_mask = _fastest()
