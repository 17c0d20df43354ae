"""A passkey, with a real browser and a device that only pretends: made, used without typing, and taken away."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser

from tests.journeys.conftest import Works
from tests.journeys.walking import Walker, comes_in, leaves


def test_someone_makes_a_passkey_comes_in_without_typing_and_takes_it_away(works: Works, browser: Browser) -> None:
    # Browsers make no passkey for a bare address.
    walker = Walker(browser, works.site.base.replace("127.0.0.1", "localhost"), 390)
    devices = walker.page.context.new_cdp_session(walker.page)
    devices.send("WebAuthn.enable")
    device = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    comes_in(walker, works.site, "helene")
    walker.go("/account/ways-in")
    walker.press("Ajouter une clé d’accès", role="link")
    walker.page.get_by_label("Nom de cet appareil").fill("Mon téléphone")
    _opens(walker, "Créer la clé d’accès", "**/account/ways-in")
    walker.reads("Mon téléphone", "la prochaine fois, connectez-vous sans courriel")
    assert works.inbox.telling(works.site.story.mail("helene"), "clé d’accès a été ajoutée")

    leaves(walker)
    walker.go("/sign-in?to=/account/ways-in")
    _opens(walker, "Utiliser une clé d’accès", "**/account/ways-in")
    walker.reads("Dernière utilisation\N{NO-BREAK SPACE}: à l’instant", "Clé d’accès")

    credential = devices.send("WebAuthn.getCredentials", {"authenticatorId": device["authenticatorId"]})["credentials"]
    assert len(credential) == 1
    assert credential[0]["rpId"] == "localhost"

    walker.press("Retirer Mon téléphone")
    walker.reads("Cette clé d’accès n’ouvre plus rien.")
    leaves(walker)
    walker.go("/sign-in")
    _opens(walker, "Utiliser une clé d’accès", "**/sign-in/passkey")
    walker.reads("Cette clé d’accès n’ouvre rien ici.")
    walker.leave()
    assert walker.faults == []


def _opens(walker: Walker, button: str, address: str) -> None:
    """Press what asks the device first, and look at the page only when its answer was sent."""
    with walker.page.expect_navigation(url=address):
        walker.page.get_by_role("button", name=button).click()
    walker.look()


def test_without_scripts_nobody_is_offered_what_does_not_work(walker: Callable[..., Walker]) -> None:
    plain = walker(1280, script=False)
    page = plain.go("/sign-in")
    assert page.get_by_role("button", name="Utiliser une clé d’accès").count() == 0
    plain.press("J’ai une phrase secrète", role="link")
    plain.reads("Se connecter avec une phrase secrète")
