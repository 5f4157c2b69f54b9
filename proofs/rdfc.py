"""RDF Dataset Canonicalization (RDFC-1.0) with a bound on work and time.

    text = canonical(dataset)

Most documents need only first-degree hashes: when all of them differ, the label of a blank node is
the rank of its hash. Otherwise the whole algorithm runs, counting its steps: a graph made to be
hard (a "poison graph") is refused, not computed (threats.md A25).
Specification: RDF Dataset Canonicalization 1.0, section 4; the numbers below are its steps.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import Final

from proofs.dataset import Dataset, Link, Token
from schemas.limits import DEFAULT, Limits
from schemas.problems import TOO_COMPLEX, ProblemError

HASHES: Final = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}
"""The hashes of the cryptosuites, by name."""


def canonical(dataset: Dataset, *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> str:
    """Return the canonical N-Quads of `dataset`; `hash_name` is sha256 or sha384.

    Raises `ProblemError(TOO_COMPLEX)` when the bound on work or time is reached.
    """
    names = labels(dataset, hash_name=hash_name, limits=limits)
    rests = [own.copy() for own in dataset.own]
    lines = set(dataset.ground)
    for subject, rest in _ended(dataset.links, names):
        if type(subject) is int:
            rests[subject].append(rest)
        else:
            lines.add(f"{subject}{rest}")
    # Lines sort by code point: first those of IRIs ("<"), then the blank nodes ("_") one after the other.
    blocks = [_block(name, own) for name, own in sorted(zip(names, rests, strict=True))]
    return "".join([*sorted(lines), *blocks])


def _block(subject: str, rests: list[str]) -> str:
    """Return the lines of one subject, sorted; `rests` is sorted in place, which is faster than to sort whole lines."""
    rests.sort()
    return subject + subject.join(rests) if rests else ""


def labelled(dataset: Dataset, names: list[str]) -> list[str]:
    """Return the lines that have a blank node; `names[b]` is the text of blank node b (`_:…`)."""
    lines = [name + rest for name, rests in zip(names, dataset.own, strict=True) for rest in rests]
    lines += labelled_links(dataset.links, names)
    return lines


def labelled_links(links: list[Link], names: list[str]) -> list[str]:
    """Return the lines of `links` under these names."""
    return [f"{names[subject] if type(subject) is int else subject}{rest}" for subject, rest in _ended(links, names)]


def _ended(links: list[Link], names: list[str]) -> Iterator[tuple[Token, str]]:
    """Yield the subject of each link and the rest of its line."""
    for subject, predicate, value, graph in links:
        end = names[value] if type(value) is int else value
        if graph is None:
            yield subject, f" {predicate} {end} .\n"
        else:
            yield subject, f" {predicate} {end} {names[graph] if type(graph) is int else graph} .\n"


def labels(dataset: Dataset, *, hash_name: str = "sha256", limits: Limits = DEFAULT) -> list[str]:
    """Return the canonical name (`_:c14n…`) of each blank node of `dataset`, in its order."""
    hashes = _first_degree(dataset, hash_name)
    order = sorted(range(len(hashes)), key=hashes.__getitem__)
    names = [""] * len(hashes)
    if len(set(hashes)) == len(hashes):
        for rank, blank in enumerate(order):
            names[blank] = f"_:c14n{rank}"
        return names
    issued = _Canonicalizer(dataset, hashes, hash_name, limits).run()
    for blank, name in issued.items():
        names[blank] = "_:" + name
    return names


def _first_degree(dataset: Dataset, hash_name: str) -> list[str]:
    """Return the first-degree hash of each blank node (section 4.6), hexadecimal."""
    make = HASHES[hash_name]
    hashes = []
    for rests, (more, others) in zip(dataset.own, link_mentions(dataset), strict=True):
        lines = [_block("_:a", rests + more), *others]
        if others:
            lines.sort()  # the others begin with "<" or "_:z", so the block stays together
        hashes.append(make("".join(lines).encode()).hexdigest())
    return hashes


def link_mentions(dataset: Dataset) -> list[tuple[list[str], list[str]]]:
    """Return for each blank node the links that mention it, itself as `_:a` and any other as `_:z`.

    First the rest of each line of which it is the subject; then the other lines, whole.
    """
    mentions: list[tuple[list[str], list[str]]] = [([], []) for _ in dataset.own]
    for link in dataset.links:
        subject, predicate, value, graph = link
        if graph is None and type(value) is int and subject != value:
            if type(subject) is int:
                mentions[subject][0].append(f" {predicate} _:z .\n")
                mentions[value][1].append(f"_:z {predicate} _:a .\n")
            else:
                mentions[value][1].append(f"{subject} {predicate} _:a .\n")
        else:
            for blank in _blanks(link):
                line = _mention(link, blank)
                if subject == blank:
                    mentions[blank][0].append(line[len("_:a") :])
                else:
                    mentions[blank][1].append(line)
    return mentions


def _blanks(link: Link) -> set[int]:
    subject, _, value, graph = link
    return {term for term in (subject, value, graph) if type(term) is int}


def _mention(link: Link, blank: int) -> str:
    """Return the line of `link` with `_:a` for `blank` and `_:z` for any other blank node."""
    subject, predicate, value, graph = (
        term if type(term) is not int else ("_:a" if term == blank else "_:z") for term in link
    )
    return f"{subject} {predicate} {value} .\n" if graph is None else f"{subject} {predicate} {value} {graph} .\n"


class _Issuer:
    """Issues names in order of asking (section 4.5)."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[int, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = issued or {}

    def name(self, blank: int) -> str:
        found = self.issued.get(blank)
        if found is None:
            found = self.issued[blank] = f"{self.prefix}{len(self.issued)}"
        return found

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicalizer:
    """The whole algorithm of section 4.4.3, for datasets whose first-degree hashes are not all different."""

    def __init__(self, dataset: Dataset, hashes: list[str], hash_name: str, limits: Limits) -> None:
        self._hashes = hashes
        self._make = HASHES[hash_name]
        self._steps_left = limits.canonicalisation_work
        self._deadline = time.monotonic() + limits.canonicalisation_seconds
        self._canonical = _Issuer("c14n")
        self._links: list[list[Link]] = [[] for _ in hashes]
        for link in dataset.links:
            for blank in _blanks(link):
                self._links[blank].append(link)

    def run(self) -> dict[int, str]:
        """Return the canonical names; steps 4 and 5."""
        groups: dict[str, list[int]] = {}
        for blank, digest in enumerate(self._hashes):
            groups.setdefault(digest, []).append(blank)
        shared = []
        for digest in sorted(groups):
            if len(groups[digest]) == 1:
                self._canonical.name(groups[digest][0])
            else:
                shared.append(groups[digest])
        for group in shared:
            self._name_group(group)
        return self._canonical.issued

    def _name_group(self, group: list[int]) -> None:
        """Name the blank nodes that share one first-degree hash (step 5)."""
        results: list[tuple[str, _Issuer]] = []
        for blank in group:
            if blank in self._canonical.issued:
                continue
            issuer = _Issuer("b")
            issuer.name(blank)
            results.append(self._n_degree(blank, issuer))
        for _, issuer in sorted(results, key=lambda result: result[0]):
            for blank in issuer.issued:
                self._canonical.name(blank)

    def _step(self) -> None:
        self._steps_left -= 1
        if self._steps_left < 0 or time.monotonic() > self._deadline:
            raise ProblemError(TOO_COMPLEX.about("the graph takes too much work to bring into canonical form"))

    def _n_degree(self, blank: int, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Hash N-Degree Quads (section 4.8)."""
        self._step()
        related: dict[str, list[int]] = {}
        for other, position, predicate in self._neighbours(blank):
            digest = self._hash_related(other, position, predicate, issuer)
            related.setdefault(digest, []).append(other)
        data: list[str] = []
        for digest in sorted(related):
            path, issuer = self._shortest_path(related[digest], issuer)
            data += digest, path
        return self._hash("".join(data)), issuer

    def _neighbours(self, blank: int) -> Iterator[tuple[int, str, str]]:
        """Yield each other blank node of each quad of `blank`, its position and the predicate."""
        for subject, predicate, value, graph in self._links[blank]:
            for term, position in ((subject, "s"), (value, "o"), (graph, "g")):
                if type(term) is int and term != blank:
                    yield term, position, predicate

    def _hash_related(self, other: int, position: str, predicate: str, issuer: _Issuer) -> str:
        """Hash Related Blank Node (section 4.7)."""
        name = self._canonical.issued.get(other) or issuer.issued.get(other)
        identifier = "_:" + name if name else self._hashes[other]
        return self._hash(position + (predicate if position != "g" else "") + identifier)

    def _hash(self, text: str) -> str:
        return self._make(text.encode()).hexdigest()

    def _shortest_path(self, blanks: list[int], issuer: _Issuer) -> tuple[str, _Issuer]:
        """Return the least path over all orders of `blanks`, and its issuer (4.8 step 5.4)."""
        chosen, chosen_issuer = "", issuer
        for order in _orders(blanks):
            self._step()
            found = self._path(order, issuer.copy(), chosen)
            if found is not None and (not chosen or found[0] < chosen):
                chosen, chosen_issuer = found
        return chosen, chosen_issuer

    def _path(self, order: tuple[int, ...], issuer: _Issuer, chosen: str) -> tuple[str, _Issuer] | None:
        """Return the path of one order, or None as soon as it cannot be the least."""
        path, recursion = "", []
        for blank in order:
            known = self._canonical.issued.get(blank)
            if known:
                path += "_:" + known
            else:
                if blank not in issuer.issued:
                    recursion.append(blank)
                path += "_:" + issuer.name(blank)
            if _is_worse(path, chosen):
                return None
        for blank in recursion:
            digest, deeper = self._n_degree(blank, issuer)
            path += f"_:{issuer.name(blank)}<{digest}>"
            issuer = deeper
            if _is_worse(path, chosen):
                return None
        return path, issuer


def _is_worse(path: str, chosen: str) -> bool:
    return bool(chosen) and len(path) >= len(chosen) and path > chosen


def _orders(blanks: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield every order of `blanks`, each once.

    A neighbour stands in the list as often as there are quads with it; to exchange it with itself
    gives no other path, and of the name of a graph there are as many as the graph has quads.
    """
    order = sorted(blanks)
    while True:
        yield tuple(order)
        at = len(order) - 2
        while at >= 0 and order[at] >= order[at + 1]:
            at -= 1
        if at < 0:
            return
        other = len(order) - 1
        while order[other] <= order[at]:
            other -= 1
        order[at], order[other] = order[other], order[at]
        order[at + 1 :] = reversed(order[at + 1 :])
