from .mail import confirm, remind
from .prices import PriceList

__all__ = ["PriceList", "confirm", "remind"]
