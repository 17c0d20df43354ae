"""Pooling: several companies need the same, or have the same too much, and one group action would serve them all.

Which listings go together is worked out in `domain.pooling.gathering`; what people make of it stands in a stream of its
own, `pooling-…`, which begins once three companies stand together.
"""

from domain.pooling.deciding import (
    DeclinePooling,
    DropPooling,
    JoinPooling,
    ProposePooling,
    TakeUpPooling,
    decline_pooling,
    drop_pooling,
    join_pooling,
    propose_pooling,
    take_up_pooling,
)
from domain.pooling.events import (
    Answer,
    Kind,
    Pooling,
    PoolingDeclined,
    PoolingDropped,
    PoolingEvent,
    PoolingJoined,
    PoolingProposed,
    PoolingTakenUp,
    Stage,
    evolve,
)
from domain.pooling.gathering import LEAST_COMPANIES, Total, add_up, go_together, kind_of, pooling_id, summed

__all__ = [
    "LEAST_COMPANIES",
    "Answer",
    "DeclinePooling",
    "DropPooling",
    "JoinPooling",
    "Kind",
    "Pooling",
    "PoolingDeclined",
    "PoolingDropped",
    "PoolingEvent",
    "PoolingJoined",
    "PoolingProposed",
    "PoolingTakenUp",
    "ProposePooling",
    "Stage",
    "TakeUpPooling",
    "Total",
    "add_up",
    "decline_pooling",
    "drop_pooling",
    "evolve",
    "go_together",
    "join_pooling",
    "kind_of",
    "pooling_id",
    "propose_pooling",
    "summed",
    "take_up_pooling",
]
