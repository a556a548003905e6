"""A library's log is silent by itself; whoever wants it says `logger.enable("sociarium")`, when they like."""

from __future__ import annotations

from loguru import logger

_PACKAGE = "sociarium"


def keep_silent() -> None:
    """Switch the log of this package off, but for what somebody switched on before.

    Most of the package is loaded when it is first asked for, which may be after that.
    """
    # What was switched on is asked of nothing that is public.
    switches: list[tuple[str, bool]] = list(getattr(getattr(logger, "_core", None), "activation_list", ()))
    wanted = [name.removesuffix(".") for name, is_on in switches if is_on and f"{name}.".startswith(f"{_PACKAGE}.")]
    if _PACKAGE in wanted:
        return
    logger.disable(_PACKAGE)
    for part in wanted:
        logger.enable(part)
