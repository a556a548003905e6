"""A feed and a population on a terminal."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from sociarium.cli.display.output import number, role_styles, words
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.threads import ThreadPost, counts_text, threads

_STEP = 3
_DEEPEST = 6
"""Answers that are deeper stand no further to the right."""
_MOST_PEOPLE = 40


def show_people(screen: Console, document: dict[str, Any]) -> None:
    """Who is there, the best known first."""
    people, posts = document["people"], document["posts"]
    exposures = document["exposures"] if isinstance(document["exposures"], int) else len(document["exposures"])
    written = sum(person["generated"] for person in people)
    screen.print(
        " · ".join(
            [
                f"{_count_text(len(people), 'person', 'people')} ({number(written)} written by a model)",
                _count_text(document["days"], "day"),
                _count_text(len(posts), "post"),
                _count_text(len(document["reactions"]), "reaction"),
                _count_text(exposures, "exposure"),
            ]
        ),
        style="dim",
    )
    if document["skipped"]:
        first = document["skipped"][0]
        screen.print(
            words(f"{len(document['skipped'])} steps were skipped, the first: {first['step']} of @{first['person']} on "
                  f"day {first['day']} ({first['why']})", "yellow")
        )  # fmt: skip
    if document["repaired"]:
        values = sum(one["values"] for one in document["repaired"])
        screen.print(
            words(f"{_count_text(values, 'value')} in {_count_text(len(document['repaired']), 'step')} had to be "
                  "repaired (probabilities that were no whole percent, too many handles, form of the JSON)", "yellow")
        )  # fmt: skip
    styles = role_styles([person["role"] for person in people])
    by_followers = sorted(people, key=lambda person: -(person["followers"] + person["followers_count"]))
    for person in by_followers[:_MOST_PEOPLE]:
        line = words(f"  @{one_line(person['handle'], most=40)}", styles[person["role"]])
        followers = number(person["followers"] + person["followers_count"])
        line.append_text(words(f"  {one_line(person['role'], most=20)} · {followers} followers · follows "
                               f"{person['following']}", "dim"))  # fmt: skip
        if person["joined"]:
            line.append(f" · since day {person['joined']}", style="dim")
        screen.print(line)
        label = "state of mind" if person["state"] else "bio"
        if note := person["state"] or person["bio"]:
            line = words(f"{label}: ", "dim").append_text(words(one_line(note, most=200), "italic dim"))
            screen.print(Padding(line, (0, 0, 0, 4)))
    if len(by_followers) > _MOST_PEOPLE:
        screen.print(f"  and {number(len(by_followers) - _MOST_PEOPLE)} more", style="dim")


def _count_text(count: int, one: str, many: str = "") -> str:
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def show_threads(screen: Console, document: dict[str, Any]) -> None:
    """Everything that was posted, thread by thread, and what people were asked in private."""
    styles = role_styles([person["role"] for person in document["people"]])
    day = None
    for placed in threads(document["posts"]):
        if placed.depth == 0:
            if placed.post["day"] != day:
                day = placed.post["day"]
                screen.print()
                screen.rule(f"Day {day}", style="dim")
            screen.print()
        _show_post(screen, placed, styles, day)
    if document["probes"]:
        screen.print()
        screen.rule("Asked in private", style="dim")
    for probe in document["probes"]:
        answer = "no valid answer" if probe["answer"] is None else probe["answer"]
        when = {"start": "before the first day", "end": "at the end"}.get(probe["at"], f"after day {probe['day']}")
        screen.print(words(f"? {probe['name']}, {when}: @{probe['agent']} answers {answer}", "dim"))


def _show_post(screen: Console, placed: ThreadPost, styles: dict[str, str], day: int | None) -> None:
    post, indent = placed.post, _STEP * min(placed.depth, _DEEPEST)
    when = post["time"] if post["day"] == day else f"day {post['day']}, {post['time']}"
    style = styles.get(post["role"], "reverse")
    head = Text()
    if placed.depth:
        head.append("quoted by " if post["kind"] == "quote" else "↳ ", style="dim")
    head.append_text(words(f"@{one_line(post['author'], most=40)}", f"bold {style}"))
    head.append(f"  {when}", style="dim")
    notes = [post["policy"], None if post["source"] == "person" else post["source"], *post["flags"]]
    if any(notes):
        head.append_text(words(f"  [{', '.join(note for note in notes if note)}]", "yellow"))
    screen.print(Padding(head, (0, 0, 0, indent)))
    screen.print(Padding(words(post["content"]), (0, 0, 0, indent + 2)))
    tail = counts_text(post)
    if placed.shared_by:
        tail += f" (shared by {one_line(', '.join('@' + handle for handle in placed.shared_by), most=160)})"
    if tail:
        screen.print(Padding(words(tail, "dim"), (0, 0, 0, indent + 2)))


def show_population(screen: Console, document: dict[str, Any]) -> None:
    """The people that a model wrote for a replicate."""
    people = document["people"]
    screen.print(
        words(f"Population {document['population']}: {len(people)} people, {document['failed']} failed", "dim")
    )
    for person in people:
        screen.print()
        quotas = ", ".join(f"{name} {value}" for name, value in person["quotas"].items())
        if person["handle"] is None:
            screen.print(words(f"{person['number']}. nobody: {', '.join(person['flags'])}  {quotas}", "yellow"))
            continue
        head = words(f"{person['number']}. @{person['handle']}", "bold")
        screen.print(head.append_text(words(f"  {one_line(person['name'], most=60)}  {quotas}", "dim")))
        persona = person["persona"]
        told_of = [
            person["bio"],
            persona if isinstance(persona, str) else json.dumps(persona, ensure_ascii=False),
            person["background"],
        ]
        for text in filter(None, told_of):
            screen.print(Padding(words(text), (0, 0, 0, 4)))
