"""The log: structured lines on standard error.

structlog is loaded with the first line. That takes a tenth of what a command needs to start, and most have nothing to
say.
"""

import logging
import sys
from functools import partial
from typing import Any

_when_first_used: list[partial[None]] = []


class Log:
    """A named logger, as of ``structlog.get_logger``."""

    def __init__(self, *name: str) -> None:
        self._name = name

    def info(self, event: str, **facts: Any) -> None:
        self._logger().info(event, **facts)

    def warning(self, event: str, **facts: Any) -> None:
        self._logger().warning(event, **facts)

    def exception(self, event: str, **facts: Any) -> None:
        """An error, with the exception that is being handled."""
        self._logger().exception(event, **facts)

    def _logger(self) -> Any:
        import structlog

        while _when_first_used:
            _when_first_used.pop()()
        return structlog.get_logger(*self._name)


def configure_logging(level: int = logging.INFO) -> None:
    """Structured lines on standard error."""
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def configure_when_used(level: int = logging.INFO) -> None:
    """``configure_logging`` as soon as a ``Log`` has something to say."""
    _when_first_used.append(partial(configure_logging, level))
