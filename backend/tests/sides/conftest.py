from servers import cyrus, misbehaving, radicale, running_cyrus, sogo, xandikos

__all__ = ["cyrus", "misbehaving", "radicale", "running_cyrus", "sogo", "xandikos"]
