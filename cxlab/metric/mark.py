"""The mark that makes a function a metric, and the catalogue of all that bear it."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cxlab.errors import DefinitionError, did_you_mean, listing
from cxlab.estimate import Estimate, Estimates
from cxlab.metric.facts import COMMON, About, Variant, method_for
from cxlab.metric.question import question
from cxlab.rows.declared import is_number, plain
from cxlab.rows.read import rows_of

_marked: dict[str, About] = {}


def metric(
    *,
    label: Mapping[str, str],
    table: str,
    better: str,
    variants: Sequence[Variant],
    source: str,
    time: str | None = None,
    unit_of_analysis: str = "answers",
    cluster: str | None = None,
    weight: str | None = None,
    census: bool = False,
    method: str | None = None,
) -> Callable[[Callable[..., Estimates]], Callable[..., Estimates]]:
    """Mark a function as a metric: it gets `ask`, the checked question, and the common keywords become its own.

    The marked function takes `(rows, ..., ask)`; the metric that users call takes the table and, beside its own
    keywords, `by weight cluster strata population period variant level method missing`.
    """

    def mark(function: Callable[..., Estimates]) -> Callable[..., Estimates]:
        about = About(
            function.__name__,
            dict(label),
            table,
            better,
            tuple(variants),
            source,
            time,
            unit_of_analysis,
            cluster,
            weight,
            census,
            method,
        )

        @functools.wraps(function)
        def ask(*args: Any, **keywords: Any) -> Estimates:
            args, keywords = _given(args, keywords, signature)
            common = {name: keywords.pop(name) for name in COMMON if name in keywords}
            _known(about.name, keywords, signature)
            _numbers(about.name, keywords, signature)
            if args:
                args = (rows_of(args[0], score), *args[1:])
            asked = question(about, common)
            answer = function(*args, ask=asked, **keywords)

            def again(**changes: Any) -> Estimates:
                return ask(*args, **keywords | common | changes)

            answer._again = again
            answer._variants = tuple(variant.name for variant in about.variants)
            if args:
                answer.ledger = answer.ledger or args[0].ledger
            return answer

        signature = _signature(function, about)
        named = signature.parameters.get("score")
        score = named.default if named is not None and isinstance(named.default, str) else "recommend"
        ask.__signature__ = signature  # type: ignore[attr-defined]
        ask.about = replace(about, function=ask)  # type: ignore[attr-defined]
        _marked[about.name] = ask.about  # type: ignore[attr-defined]
        return ask

    return mark


@functools.cache
def catalogue() -> dict[str, About]:
    """Every metric by name: collected by looking into the files of `metrics/`, in the order of the files."""
    room = importlib.import_module("cxlab.metrics")
    found: dict[str, About] = {}
    for module in sorted(pkgutil.iter_modules(room.__path__), key=lambda one: one.name):
        members = vars(importlib.import_module(f"{room.__name__}.{module.name}"))
        found |= {
            value.about.name: value.about
            for value in members.values()
            if isinstance(getattr(value, "about", None), About)
        }
    return found


def about_of(name: str) -> About | None:
    """What is known of a metric: of those of the catalogue, else of one that somebody marked on their own."""
    return catalogue().get(name) or _marked.get(name)


def better_of(estimate: Estimate) -> str:
    """Which way is good for a figure: "higher", "lower", or "" where its metric is unknown."""
    about = about_of(estimate.metric)
    if about is None:
        return ""
    variant = next((one for one in about.variants if one.name == estimate.variant), None)
    if estimate.definition.get("easy") == "low" and estimate.variant == "mean":
        return "lower"
    return (variant.better if variant else None) or about.better


def _given(
    args: tuple[Any, ...], keywords: dict[str, Any], signature: inspect.Signature
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The table first, also where it came by its name, and all numbers of the keywords as Python's own."""
    head = next(iter(signature.parameters.values()))
    if not args and head.kind is head.POSITIONAL_OR_KEYWORD and head.name in keywords:
        args = (keywords.pop(head.name),)
    return args, {name: plain(value) for name, value in keywords.items()}


def _known(name: str, keywords: Mapping[str, Any], signature: inspect.Signature) -> None:
    for keyword in keywords:
        if keyword not in signature.parameters:
            known = [p for p in signature.parameters if p != "rows"]
            raise DefinitionError(
                f"{name} has no keyword '{keyword}'",
                f"it has {listing(known, 'and')}",
                did_you_mean(keyword, known) or "Use one of these",
            )


def _numbers(name: str, keywords: Mapping[str, Any], signature: inspect.Signature) -> None:
    """Refuse what is no number where the signature says that one belongs: a text fails late, in Python's own words."""
    for keyword, value in keywords.items():
        kinds = {one.strip() for one in str(signature.parameters[keyword].annotation).split("|")}
        if "float" not in kinds or (value is None and "None" in kinds):
            continue
        several = isinstance(value, Mapping) and any(kind.startswith("Mapping") for kind in kinds)
        for one in value.values() if several else (value,):
            if not is_number(one):
                raise DefinitionError(
                    f"{name} takes a number for {keyword}=", f"{keyword}={value!r}", "Write the number, without quotes"
                )


def _signature(function: Callable[..., Any], about: About) -> inspect.Signature:
    """What a user sees: the metric's own parameters, then the common ones with their defaults."""
    own = [p for p in inspect.signature(function).parameters.values() if p.name != "ask"]
    defaults = dict.fromkeys(COMMON) | {
        "variant": about.variants[0].name,
        "level": 0.95,
        "method": method_for(about, about.variants[0], None),
        "missing": (),
    }
    keyword = inspect.Parameter.KEYWORD_ONLY
    common = [
        inspect.Parameter(name, keyword, default=defaults[name]) for name in COMMON if name not in {p.name for p in own}
    ]
    return inspect.Signature([*own, *common])
