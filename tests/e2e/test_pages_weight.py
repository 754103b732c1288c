"""What a page weighs is a promise to whoever reads it on an old phone: 60 KB with all it loads. Speed is measured, not promised."""

from __future__ import annotations

from cli import bench_pages
from kernel.settings import Settings


def test_no_page_of_a_member_is_heavy() -> None:
    told = bench_pages.run_pages(Settings(), rounds=1)
    assert told["too_heavy"] == []
    assert told["member_bytes_most"] > 10 * 1024, "styles and scripts are weighed too"
    assert all(page["bytes"] > 10 * 1024 for page in told["pages"].values())
