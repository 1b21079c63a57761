"""The whole workflow through a real Slurm gives what a local run gives."""

import os

import pytest
import slurm_cluster
from project_copy import Project, ran

from compendium import paths

pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def cluster():
    """A Slurm of one node. Without its packages the test is skipped, unless REQUIRE_SLURM says no."""
    if lacking := slurm_cluster.missing():
        reason = f"no Slurm here (missing: {', '.join(lacking)}); on Debian: apt-get install slurm-wlm munge"
        if os.environ.get("REQUIRE_SLURM"):
            pytest.fail(f"REQUIRE_SLURM is set, but there is {reason}")
        pytest.skip(reason)
    with slurm_cluster.slurm():
        yield


def test_slurm_gives_what_a_local_run_gives(cluster, small, tmp_path):
    """With the small compendium: what Slurm has to do is the same for any."""
    remote = Project(tmp_path, paths.ROOT / "tests" / "mini")
    output = remote.make("book", "PROFILE=profiles/slurm", "JOBS=3")
    assert output.count("has been submitted with SLURM jobid") == 3, output
    assert remote.products() == small.products()
    assert remote.site() == small.site()
    assert remote.left_behind() == []
    again = remote.make("runs", "PROFILE=profiles/slurm", "JOBS=3")
    assert "0 to do" in again
    assert ran(again) == []
