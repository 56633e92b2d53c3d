"""A run is sealed as a whole: every row and every body of it has its place under one root."""

from __future__ import annotations

from custody.manifests import (
    Manifest,
    check_manifest,
    header_of,
    item_holds,
    manifest_of,
    prove_item,
    seal_run,
)
from models.archive import Archive
from models.store import Store


def test_what_was_sealed_holds_and_each_item_is_proved(store: Store, archive: Archive, run_id: str) -> None:
    """Nothing is wrong with what nobody touched; each item's proof holds under the header alone."""
    manifest = seal_run(store, archive, run_id)

    assert list(check_manifest(manifest, store, archive)) == []
    assert manifest_of(store, archive, run_id) == manifest
    for name, _ in manifest.items:
        assert item_holds(header_of(manifest), name, *prove_item(manifest, name))
    assert Manifest.read(manifest.spelling()) == manifest
    assert seal_run(store, archive, run_id) == manifest
