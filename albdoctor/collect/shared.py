"""What the scans of one run share, so that nothing is asked twice: DNS replies and registrations."""

from __future__ import annotations

from albdoctor.collect.asked import Asked
from albdoctor.collect.dns.questions import Dns
from albdoctor.collect.dns.wire import Wire
from albdoctor.collect.options import Options
from albdoctor.facts.known import Observed
from albdoctor.facts.registration import Registration


class Shared:
    """One run's common knowledge beside what its AWS accounts answered."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._wire: Wire | None = None
        self._registrations: Asked[Observed[Registration]] = Asked()

    def dns(self, options: Options) -> Dns:
        """The DNS of one scan; every scan of a run has the same roots and places to connect to."""
        made = Dns(options, self._wire)
        self._wire = made.wire
        return made

    async def registration(self, options: Options) -> Observed[Registration]:
        """What the registry says of the scan's registrable domain."""
        from albdoctor.collect.registry.registration import registration

        return await self._registrations.answer(options.registrable.encode(), lambda: registration(options))

    def close(self) -> None:
        """Stop what is still under way."""
        self._registrations.close()
