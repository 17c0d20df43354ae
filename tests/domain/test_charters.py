"""Charters: published version by version, accepted by companies, signed by the supplier of an action."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from domain import charters
from domain.charters import AcceptCharter, Charter, CharterAccepted, PublishCharter, charter_of
from domain.refused import Conflict, Forbidden, NotFound
from tests.samples import ANNE, JOURDIES, KARIM, LEA, MARC, NOW, SAWMILL, asked, jourdies, sawmill
from tests.story import Story

ALIX = "member-alix"
ENGAGEMENT = charter_of(JOURDIES, "engagement")
TEXTS = {"fr": ("Charte", "Nous tenons parole."), "en": ("Charter", "We keep our word.")}


def publishing(by: str = ALIX, **changes: Any) -> Any:
    said: dict[str, Any] = {"charter_id": ENGAGEMENT, "purpose": "engagement", "texts": TEXTS, **changes}
    command = PublishCharter(**asked(by), zone_id=JOURDIES, **said)
    return lambda charter: charters.publish_charter(command, charter, jourdies())


def accepting(number: int, by: str = LEA, **changes: Any) -> Any:
    command = AcceptCharter(
        **{**asked(by), "charter_id": ENGAGEMENT, "company_id": SAWMILL, "number": number, **changes}
    )
    return lambda charter: charters.accept_charter(command, charter, sawmill(), jourdies())


def published() -> Story[Charter]:
    return Story(charters.evolve).when(publishing())


def accepted(number: int, *, on_paper: bool = False) -> CharterAccepted:
    return CharterAccepted(
        charter_id=ENGAGEMENT, zone_id=JOURDIES, number=number, company_id=SAWMILL, on_paper=on_paper
    )


def test_a_new_version_asks_again_and_the_same_text_does_not() -> None:
    told = published().state(number=1)
    told.when(accepting(1)).then(accepted(1))
    told.when(publishing()).then()
    new = {**TEXTS, "fr": ("Charte", "Nous tenons parole, et répondons sous une semaine.")}
    told.when(publishing(texts=new, changes="Une semaine.")).state(number=2, accepted={SAWMILL: 1})
    told.when(accepting(2)).state(accepted={SAWMILL: 2}).when(accepting(2)).then()


def test_nobody_accepts_what_they_have_not_read() -> None:
    told = published().when(publishing(texts={**TEXTS, "fr": ("Charte", "Autre chose.")}))
    told.when(accepting(1)).then_refused("newer version", kind=Conflict)


def test_a_company_accepts_by_its_own_people_and_on_paper_by_who_runs_the_zone() -> None:
    published().when(accepting(1, by=KARIM)).then_refused(kind=NotFound)
    published().when(accepting(1, by=ANNE)).then_refused(kind=NotFound)
    published().when(accepting(1, by=MARC, for_company=SAWMILL)).then_refused(kind=NotFound)
    published().when(accepting(1, by=ANNE, for_company=SAWMILL)).then(accepted(1, on_paper=True))
    elsewhere = AcceptCharter(**asked(LEA), charter_id=ENGAGEMENT, company_id=SAWMILL, number=1)
    published().when(
        lambda held: charters.accept_charter(elsewhere, held, sawmill(**{JOURDIES: "suspended"}), jourdies())
    ).then_refused(kind=NotFound)


def test_an_administrator_publishes_in_every_language_of_the_zone_one_charter_of_a_kind() -> None:
    Story(charters.evolve).when(publishing(by=ANNE)).then_refused(kind=Forbidden)
    Story(charters.evolve).when(publishing(texts={"fr": TEXTS["fr"]})).then_refused(field="title_en")
    Story(charters.evolve).when(publishing(texts={**TEXTS, "fr": ("Charte", " ")})).then_refused(field="text_fr")
    Story(charters.evolve).when(publishing(charter_id="charter-other")).then_refused(field="purpose")
    published().when(publishing(purpose="confidentiality")).then_refused(kind=NotFound)
    closed = replace(jourdies(), closes_on=NOW.date())
    command = PublishCharter(**asked(ALIX), charter_id=ENGAGEMENT, zone_id=JOURDIES, purpose="engagement", texts=TEXTS)
    Story(charters.evolve).when(lambda held: charters.publish_charter(command, held, closed)).then_refused(
        kind=Forbidden
    )


def test_the_supplier_of_an_action_signs_its_charter_as_a_third_party() -> None:
    action: dict[str, Any] = {"charter_id": "charter-round", "purpose": "action"}
    Story(charters.evolve).when(publishing(**action)).then_refused(field="supplier")
    told = Story(charters.evolve).when(publishing(**action, supplier="Trois Bennes"))

    def signing(by: str = "guest:charter-round", name: str = "Joël Trappier") -> Any:
        command = charters.SignCharter(**asked(by), charter_id="charter-round", number=1, name=name)
        return lambda held: charters.sign_charter(command, held)

    told.when(signing()).state(signed=1).when(signing()).then()
    again = Story(charters.evolve).when(publishing(**action, supplier="Trois Bennes"))
    again.when(signing(name="  ")).then_refused(field="name")
    Story(charters.evolve).when(publishing(**action, supplier="B")).when(signing(by="guest:other")).then_refused(
        kind=NotFound
    )


def test_a_charter_that_ended_asks_nobody_and_forgets_nothing() -> None:
    end = charters.EndCharter(**asked(ALIX), charter_id=ENGAGEMENT)
    told = published().when(accepting(1))
    told.when(lambda held: charters.end_charter(end, held, jourdies())).state(ended=True, accepted={SAWMILL: 1})
    told.when(accepting(1)).then_refused("has ended")
