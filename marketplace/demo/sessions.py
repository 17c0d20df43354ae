"""The shared sessions of the demonstration: one that was held, with those who were there, and one that fills up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from msgspec import Struct

from domain.commands import Command
from domain.purchases import CancelSeat, NameTrainee, PlanSession, ProposePurchase, RecordAttendance
from marketplace.demo.buying import ZONE, Buying
from marketplace.demo.weekdays import day_of, moment, on_day, working_days_after


class Course(Struct, frozen=True, kw_only=True):
    """A session nobody pays for, so many days before the anchor (after it when below zero), and who comes.

    `trainees` are (company, name), one day after the other; `absent` are the names of who was not there.
    """

    key: str
    title: str
    description: str
    proposed: int
    takes_place: int
    minutes: int
    seats: int
    valid_months: int
    trainees: tuple[tuple[str, str], ...]
    cancelled: tuple[tuple[str, str], ...] = ()
    absent: tuple[str, ...] = ()
    held: bool = False


PLACE: Final = "Maison de la zone, grande salle, 1 place du Relais"
COURSES: Final = (
    Course(
        key="extincteurs-session",
        title="Manipulation des extincteurs, une matinée",
        description="Offerte par l’association dans le cadre de son plan de prévention.",
        proposed=84,
        takes_place=48,
        minutes=180,
        seats=10,
        valid_months=12,
        trainees=(
            ("logistique", "Yann Le Goffic"),
            ("logistique", "Lucie Tonnellier"),
            ("boulangerie", "Maëlle Courtabon"),
            ("menuiserie", "Simon Tardieu"),
            ("traiteur", "Thibault Pralongue"),
        ),
        cancelled=(("menuiserie", "Simon Tardieu"),),
        absent=("Thibault Pralongue",),
        held=True,
    ),
    Course(
        key="sst-session",
        title="Maintien des acquis SST, une journée",
        description="Dix places, prises en charge par l’association ; le repas est sur place.",
        proposed=20,
        takes_place=-16,
        minutes=420,
        seats=10,
        valid_months=24,
        trainees=(
            ("logistique", "Lucie Tonnellier"),
            ("decolletage", "Fatou Diakhaté"),
            ("imprimerie", "Ophélie Jacquemard"),
            ("imprimerie", "Victor Vergnolet"),
        ),
    ),
)


class Teaching(Struct, frozen=True):
    """Tells of the sessions; who speaks for whom is known to the teller of the group purchases."""

    buying: Buying

    def commands(self) -> Iterator[Command]:
        """One session after the other."""
        for course in COURSES:
            yield from self._course(course)

    def _course(self, course: Course) -> Iterator[Command]:
        leader = self.buying.facilitator
        yield ProposePurchase(
            zone_id=f"zone-{ZONE}",
            form="session",
            category="SRV.TRAIN",
            title=course.title,
            description=course.description,
            unit="C62",
            **self._asked(course, course.proposed, 9, leader, "propose"),
        )
        day = self._day(course)
        yield PlanSession(
            starts_at=on_day(day, 9),
            minutes=course.minutes,
            place=PLACE,
            seats=course.seats,
            cancel_until=on_day(day - timedelta(days=7), 18),
            valid_months=course.valid_months,
            unpledged=True,
            **self._asked(course, course.proposed, 10, leader, "plan"),
        )
        for number, (company, name) in enumerate(course.trainees):
            yield NameTrainee(
                trainee_id=self._trainee(course, name),
                name=name,
                **self._of(course, company, course.proposed - 2 - 2 * number, "name", name),
            )
        for company, name in course.cancelled:
            asked = self._of(course, company, course.takes_place + 12, "cancel", name)
            yield CancelSeat(trainee_id=self._trainee(course, name), **asked)
        if course.held:
            gone = {*course.absent, *(name for _company, name in course.cancelled)}
            present = tuple(self._trainee(course, name) for _company, name in course.trainees if name not in gone)
            held = self._asked(course, course.takes_place - 3, 9, leader, "held")
            yield RecordAttendance(on=day, present=present, **held)

    def _day(self, course: Course) -> date:
        return working_days_after(day_of(moment(self.buying.anchor, course.takes_place, 12)), 1)

    def _trainee(self, course: Course, name: str) -> str:
        return self.buying.naming.lasting("trainee", f"{course.key}-{name}")

    def _of(self, course: Course, company: str, days: int, *what: object) -> dict[str, Any]:
        asked = self._asked(course, days, 11, self.buying.speakers[company], *what)
        return {**asked, "company_id": self.buying.companies[company]}

    def _asked(self, course: Course, days: int, hour: int, actor: str, *what: object) -> dict[str, Any]:
        return self.buying.asked(course.key, days, hour, actor, *what)
