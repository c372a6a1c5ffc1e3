"""The one part of the session that knows asyncio: it carries out what the pure parts decide."""

from lkpy.session.driver.options import SessionOptions
from lkpy.session.driver.session import Session

__all__ = ["Session", "SessionOptions"]
