"""Where a plan ends and the generic executor takes over."""


class Uncompilable(Exception):
    """The operation holds something that plans do not know; the generic executor answers it, now and later."""


class Unplanned(Exception):
    """Something came up that a plan cannot answer, such as an error; the generic executor answers this once."""
