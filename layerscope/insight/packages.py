"""What each package costs: live and wasted bytes, and its share of the pull. With the unowned files they add up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layerscope.filesystem.ownership import UNOWNED, Installed
from layerscope.filesystem.versions import NEVER
from layerscope.insight.accounting import Accounting
from layerscope.layers.layer_index import EntryType


@dataclass(frozen=True, slots=True)
class Costs:
    """The live files, and bytes by fate; `compressed_size` and `wasted_compressed_size` are shares of the pull.

    Of the entries without content, symlinks and hardlinks count in the pull of their package.
    """

    file_count: int
    live_size: int
    wasted_size: int
    compressed_size: int
    wasted_compressed_size: int

    @property
    def size(self) -> int:
        """Live and wasted bytes."""
        return self.live_size + self.wasted_size


@dataclass(frozen=True, slots=True)
class PackageCosts:
    """A package of the image, or one that was there, with its costs; `container` has the files of a part."""

    installed: Installed
    costs: Costs
    container: Installed | None

    @property
    def is_there(self) -> bool:
        """Whether the final image has it."""
        return self.installed.killer is None


@dataclass(frozen=True, eq=False)
class PackageTable:
    """All packages of an image, in no order, and the unowned files."""

    account: Accounting

    @cached_property
    def rows(self) -> tuple[PackageCosts, ...]:
        """Each package."""
        packages = self.account.stack.ownership.packages
        return tuple(
            PackageCosts(one, costs, packages[one.container] if one.container != UNOWNED else None)
            for one, costs in zip(packages, self._costs, strict=False)
        )

    @cached_property
    def unowned(self) -> Costs:
        """The files of no package, and of the pull all that is no file: directories, whiteouts, devices."""
        return self._costs[-1]

    @cached_property
    def payload_owners(self) -> NDArray[np.int32]:
        """For each file of each layer the number of its package, else -1."""
        return self._row_owners()[self.account.payloads.rows]

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read, as sentences."""
        return self.account.stack.ownership.problems

    @cached_property
    def _costs(self) -> list[Costs]:
        """The costs of each package, and those of the unowned files last."""
        account, payloads = self.account, self.account.payloads
        owners = self._row_owners()
        of_files, dead = owners[payloads.rows], payloads.dead
        shares = self.account.stack.entries.columns.compressed_sizes
        columns = [
            self._file_counts(),
            self._sums(of_files[~dead], payloads.sizes[~dead]),
            self._sums(of_files[dead], payloads.sizes[dead]),
            self._sums(owners, shares),
            self._sums(of_files[dead], payloads.compressed_sizes[dead]),
        ]
        columns[3][-1] = account.compressed_image.size - columns[3][:-1].sum()
        return [Costs(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def _row_owners(self) -> NDArray[np.int32]:
        """The package of each entry; of a file with several links, the package of the link that lives longest."""
        stack = self.account.stack
        versions, found = stack.versions, stack.ownership.owners
        owners = np.full(stack.entries.count, UNOWNED, np.int32)
        owners[versions.rows] = found
        owned = np.flatnonzero(found != UNOWNED)
        owned = owned[np.argsort(versions.died[owned], kind="stable")]
        owners[versions.inodes[owned]] = found[owned]
        owners[stack.entries.implied_row] = UNOWNED
        return owners

    def _file_counts(self) -> NDArray[np.int64]:
        """Files and links of the final file system."""
        stack = self.account.stack
        versions = stack.versions
        is_file = stack.entries.columns.types[versions.inodes] != EntryType.DIRECTORY
        live = is_file & (versions.died == NEVER)
        return self._sums(stack.ownership.owners[live], np.ones(int(live.sum()), np.int64))

    def _sums(self, owners: NDArray[np.int32], values: NDArray[np.int64]) -> NDArray[np.int64]:
        """The sum of the values of each package, and of the unowned ones (-1) last, in integers."""
        sums = np.zeros(len(self.account.stack.ownership.packages) + 1, np.int64)
        np.add.at(sums, owners, values)
        return sums
