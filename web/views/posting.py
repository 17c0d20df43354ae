"""What the form of a listing shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from msgspec import field

from web.views.frame import Choice, Form, View

if TYPE_CHECKING:
    from web.form_views import Dropped, PickupField, Proposal
    from web.listing_views import Begun


class CategoryChoice(View, frozen=True, kw_only=True):
    """A category to pick, said; `family` places it."""

    code: str
    label: str
    family: str = ""


class Family(View, frozen=True, kw_only=True):
    """A branch of the tree, said."""

    code: str
    label: str
    categories: tuple[CategoryChoice, ...]


class Suggestions(View, frozen=True, kw_only=True):
    """The fragment of `links.category_suggestions()`: five at most, `chosen` ticked."""

    choices: tuple[CategoryChoice, ...]
    chosen: str = ""


class PoolWarning(View, frozen=True, kw_only=True):
    """The words look like a rental company's pallets: the author says what they are. `brand` as recognised."""

    brand: str


class Question(View, frozen=True, kw_only=True):
    """One detail a category asks for (an attribute of the domain, `code` its name in the form); label and hint said.

    `choices` are what a "choice" is among; the other kinds are typed.
    """

    code: str
    label: str
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    kind: Literal["choice", "whole", "amount", "day", "text"] = "text"


class PhotoField(View, frozen=True, kw_only=True):
    """The photos of a form: those the listing shows, those ticked to go, and a token for those already sent.

    `coming` are the ids of the latter; `texts` say what is to be seen on a photo, and `places` which comes first.
    """

    shown: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    waiting: str = ""
    waiting_count: int = 0
    coming: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)


READ_ELSEWHERE: Final = ("side", "amount", "per", "minimum_lot", "whole_lot")
"""What was read and stands beside a field of its own, above the details of the category."""


class ListingForm(View, frozen=True, kw_only=True):
    """`/listings/new` and `/listings/{id}/amend` (then `amending` is its id and `title` the old title).

    Field names, as refusals name them: side, title, category, amount, unit, per, site, available_from,
    available_to, description, price, price_amount, max_km, visibility, for_company, photo (files), photo_gone
    (several), photos_waiting, ownership (when `pool` is asked), and the code of each question. `suggestions` always
    holds the category that is chosen, if one is. `here` is the place that stands when nobody says otherwise: the
    first of `sites`. `settled` says how much is promised or collected already: the quantity covers it. `begun` says
    where the answers of a new form come from. `proposals` were read in the text; `questions` are the details that help
    to find takers and `further` those folded away; `dropped` belong to another category. `estimate` is about what the
    quantity weighs, said. `read` is where the form is sent to be read without being posted. `photo_bytes` is what
    its photos may weigh together.
    """

    form: Form
    suggestions: Suggestions
    families: tuple[Family, ...]
    units: tuple[Choice, ...]
    periods: tuple[Choice, ...]
    price_terms: tuple[Choice, ...]
    visibilities: tuple[Choice, ...]
    sites: tuple[Choice, ...] = ()
    questions: tuple[Question, ...] = ()
    further: tuple[Question, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    pickup: PickupField | None = None
    estimate: str = ""
    category: str = ""
    read: str = ""
    companies: tuple[Choice, ...] = ()
    here: str = ""
    takes_photos: bool = False
    photos: PhotoField = PhotoField()
    photo_bytes: int = 0
    amending: str | None = None
    title: str = ""
    pool: PoolWarning | None = None
    settled: str = ""
    begun: Begun | None = None

    @property
    def read_of_it(self) -> tuple[str, ...]:
        """What was read that stands neither beside the side nor beside the quantity."""
        return tuple(read.about for read in self.proposals if read.about not in READ_ELSEWHERE)


class FormReading(View, frozen=True, kw_only=True):
    """The parts of the form that follow from what is typed; with `another_category`, its questions and units too."""

    page: ListingForm
    another_category: bool = False
