"""One running site for all the tests of a module: for those that only add to the story, each with things of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from marketplace.settings import Settings
from tests.conftest import Run, cloned
from tests.web.conftest import Browser, Site, Told, running
from web.assets import Assets
from web.rendering import Renderer


@pytest.fixture(scope="module", name="site")
def one_site(
    run: Run,
    administrator: psycopg.Connection[tuple[Any, ...]],
    told: Told,
    assets: Assets,
    renderer: Renderer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A site of this module's own, in which the story has been told."""
    for database in cloned(run, administrator, told.database):
        settings = Settings(
            var=tmp_path_factory.mktemp("var"),
            database_url=database.url,
            base_url="http://127.0.0.1:8000",
            secret="a secret of tests, long enough to be one",
        )
        with running(database, settings, told.story, assets, renderer) as site:
            yield site


def in_french(site: Site, name: str | None = None) -> Browser:
    """The browser of someone who reads French."""
    browser = site.browser(**{"Accept-Language": "fr-FR,fr"})
    browser.client.cookies.set("language", "fr", domain="127.0.0.1", path="/")
    if name is not None:
        site.sign_in(browser, name)
    return browser
