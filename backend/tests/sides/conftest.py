from servers import misbehaving, radicale, xandikos

__all__ = ["misbehaving", "radicale", "xandikos"]
