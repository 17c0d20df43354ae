"""Where people stumble: wrong answers, the back button, two tabs, an impatient finger, a refusal, a narrow search."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import Works
from tests.journeys.walking import Walker, comes_in, fills, leaves, posts, publishes

PALLETS = "60 palettes Europe EPAL"


def listings_of_helene(works: Works) -> int:
    """How many listings there are beside those of the story."""
    ((count,),) = works.site.rows("SELECT count(*) FROM read.listing WHERE title = %s", PALLETS)
    return int(count)


@pytest.mark.parametrize(("width", "script"), [(390, True), (1280, False)])
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    works: Works, walker: Callable[..., Walker], width: int, *, script: bool
) -> None:
    here = walker(width, script=script)
    comes_in(here, works.site, "helene")
    page = here.go("/listings/new")
    publishes(here)
    here.reads("Dites en quelques mots", "Indiquez combien")
    if script:
        expect(page.locator("#errors")).to_be_focused()

    fills(here, "J’ai", PALLETS, "12.5 t")
    publishes(here)
    expect(page.locator("#amount-error")).to_be_visible()
    expect(page.get_by_label("Quantité")).to_have_value("12.5 t")
    expect(page.get_by_label("En quelques mots")).to_have_value(PALLETS)
    expect(page.locator("input[name=category]:checked")).to_have_value("PAL.EPAL1")

    if script:
        here.go("/me")
        page.go_back()
        expect(page.get_by_label("En quelques mots")).to_have_value(PALLETS)
        expect(page.get_by_label("Quantité")).to_have_value("12.5 t")
        expect(page.locator("input[name=category]:checked")).to_have_value("PAL.EPAL1")
    page.get_by_label("Quantité").fill("1 234")
    publishes(here)
    here.reads(PALLETS, "1\u202f234")
    if script:
        page.go_back()
        expect(page.get_by_label("En quelques mots")).to_be_visible()


def test_what_one_person_typed_never_comes_back_to_the_next_in_the_same_tab(
    works: Works, walker: Callable[..., Walker]
) -> None:
    here = walker(390)
    comes_in(here, works.site, "helene")
    page = here.go("/listings/new")
    page.get_by_label("En quelques mots").fill("Les mots d’Hélène")
    publishes(here)
    here.go("/me")
    page.go_back()
    expect(page.get_by_label("En quelques mots")).to_have_value("Les mots d’Hélène")
    leaves(here)
    comes_in(here, works.site, "karim")
    met = 0
    while page.go_back() is not None and page.url != "about:blank":
        met += page.url.endswith("/listings/new")
        typed = "[...document.querySelectorAll('input, textarea')].map(({ value }) => value).join()"
        kept = page.evaluate(f"document.body.textContent + JSON.stringify(history.state) + {typed}")
        assert "Les mots d’Hélène" not in kept, page.url
    assert met, "the form was come by again"


def test_a_pooler_s_pallet_is_refused_with_the_reason_and_the_way_out(
    works: Works, walker: Callable[..., Walker]
) -> None:
    here = walker(390)
    comes_in(here, works.site, "helene")
    page = here.go("/listings/new")
    page.get_by_text("J’ai", exact=True).click()
    page.get_by_label("En quelques mots").press_sequentially("40 palettes CHEP")
    page.get_by_label("Quantité").fill("40")
    page.locator("#suggestions label").first.click()
    publishes(here)
    here.reads("appartiennent au loueur", "Les publier comme restitution")
    expect(page.get_by_label("En quelques mots")).to_have_value("40 palettes CHEP")


def test_the_back_button_and_an_impatient_finger_double_nothing(works: Works, walker: Callable[..., Walker]) -> None:
    here = walker(390)
    comes_in(here, works.site, "helene")
    fills(here, "J’ai", PALLETS, "60")
    here.page.locator("form.post").get_by_role("button", name="Publier", exact=True).dblclick()
    here.reads(PALLETS, "En attente d’accord")
    assert listings_of_helene(works) == 1
    here.page.go_back()
    here.page.go_forward()
    here.page.reload()
    here.reads(PALLETS)
    here.page.go_back()
    publishes(here)
    assert listings_of_helene(works) == 1, "the form that was sent is not there to be sent again"


def test_an_answer_that_comes_while_the_button_is_held_does_not_move_it_away(
    works: Works, walker: Callable[..., Walker]
) -> None:
    here = walker(1280)
    comes_in(here, works.site, "helene")
    fills(here, "J’ai", PALLETS, "60")
    here.page.wait_for_load_state("networkidle")
    held: list[Route] = []
    here.page.route("**/listings/new/reading", lambda route: held.append(route))  # noqa: PLW0108  # the library marks what it is given
    here.page.get_by_label("En quelques mots").press_sequentially(" par semaine, minimum 10")
    button = here.page.get_by_role("button", name="Publier")
    button.hover()
    while not held:
        here.page.wait_for_timeout(20)
    here.page.mouse.down()
    with here.page.expect_response("**/listings/new/reading"):
        held.pop().continue_()
    here.page.wait_for_timeout(200)
    here.page.mouse.up()
    here.reads(PALLETS, "En attente d’accord")


def test_of_two_tabs_the_second_is_told_and_loses_nothing(works: Works, walker: Callable[..., Walker]) -> None:
    here = walker(1280)
    comes_in(here, works.site, "helene")
    address = posts(here, "J’ai", PALLETS, "60")
    first = here.go(f"{address}/amend")
    second = here.tab(f"{address}/amend")
    first.get_by_label("En quelques mots").fill("Premier onglet : 61 palettes")
    publishes(here)
    here.reads("Premier onglet")
    second.page.get_by_label("En quelques mots").fill("Second onglet : 62 palettes")
    publishes(second)
    second.reads("pendant que vous la lisiez", "Premier onglet : 61 palettes")
    expect(second.page.get_by_label("En quelques mots")).to_have_value("Second onglet : 62 palettes")
    publishes(second)
    second.reads("Second onglet : 62 palettes")


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, False)])
def test_a_refusal_reaches_its_author_who_corrects_it(
    works: Works, walker: Callable[..., Walker], width: int, *, script: bool
) -> None:
    here = walker(width, script=script)
    comes_in(here, works.site, "helene")
    address = posts(here, "J’ai", PALLETS, "60")
    leaves(here)

    comes_in(here, works.site, "marc")
    page = here.go("/z/jourdies/moderation")
    here.press("Refuser", page.locator("article").filter(has_text=PALLETS), role="link")
    sentence = page.get_by_label("En une phrase, à l’auteur")
    sentence.fill("Dites où elles se trouvent.")
    here.press("Refuser et prévenir l’auteur")
    expect(page.locator("#errors")).to_be_visible()
    expect(sentence).to_have_value("Dites où elles se trouvent.")
    page.locator("select[name=ground]").select_option(label="Il manque une précision nécessaire")
    here.press("Refuser et prévenir l’auteur")
    leaves(here)

    comes_in(here, works.site, "helene")
    here.reads("Dites où elles se trouvent.")
    page = here.go(address)
    here.reads("Dites où elles se trouvent.")
    here.press("La corriger et la renvoyer", role="link")
    page.get_by_label("Détails").fill("Derrière le magasin, quai 2.")
    publishes(here)
    here.reads("En attente d’accord", "Derrière le magasin")


def test_a_search_narrows_as_one_ticks(works: Works, walker: Callable[..., Walker]) -> None:
    here = walker(1280)
    comes_in(here, works.site, "karim")
    page = here.go("/z/jourdies/listings")
    here.reads("8 annonces")
    page.get_by_label("Demandes").check()
    here.reads("4 annonces")
    assert "side=request" in page.url
    page.get_by_label("Chercher dans les annonces").fill("gerbeur electrique")
    page.keyboard.press("Enter")
    here.reads("Cherche un gerbeur électrique pour un mois")
    here.look()
    here.press("Voir le plan", role="link")
    expect(page.locator("figure svg").first).to_be_visible()


def test_a_search_works_without_scripts(works: Works, walker: Callable[..., Walker]) -> None:
    here = walker(390, script=False)
    comes_in(here, works.site, "karim")
    page = here.go("/z/jourdies/listings")
    page.locator("summary").filter(has_text="Filtrer").click()
    page.get_by_label("Demandes").check()
    here.press("Voir les annonces", page.locator("form.filters"))
    here.reads("4 annonces")


def test_a_visitor_finds_their_way_in_either_language(works: Works, walker: Callable[..., Walker]) -> None:
    here = walker(390)
    here.go("/")
    here.press("ZAE Les Jourdies", here.page.locator("main"), role="link")
    here.press("Read in English")
    expect(here.page.locator("html")).to_have_attribute("lang", "en")
    for path in ("/z/jourdies/listings", "/sign-in", "/how-we-rank", "/terms", "/privacy", "/contact"):
        here.go(path)
    here.press("Lire en français")
    here.go("/nowhere", 404)
    here.reads("Rien ici")
