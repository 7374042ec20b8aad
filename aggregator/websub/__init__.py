"""WebSub (W3C Recommendation, 2018): hubs send the news of feeds, so that we need not ask.

Off unless there is an address at which hubs reach us. What a hub sends is kept like an answer of
the feed's own server and read by the next tick; polling goes on slowly, for hubs forget.
"""

from aggregator.websub._service import WebSubService

__all__ = ["WebSubService"]
