"""A signed domain, and faults of its chain of trust beside a DS record left behind."""

from __future__ import annotations

from albdoctor.checkup import INFO
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.scenarios.elsewhere import move_dns_away
from albdoctor.lab.shop import Shop
from albdoctor.lab.signing import Signer
from albdoctor.report.model import FindingReport
from albdoctor.text import Text


def sign(shop: Shop) -> None:
    """DNSSEC signing was enabled, and the DS record published at the registrar."""
    shop.sign()


def sign_and_announce_the_next_key(shop: Shop) -> None:
    """A second DS record, of the key to come, is at the registrar already."""
    present = shop.sign()
    shop.publish_ds(Signer(shop.domain).ds, present.ds)


def make_the_key_anew(shop: Shop) -> None:
    """The zone's key was replaced, and the DS record at the registrar was not."""
    old = shop.sign().ds
    shop.sign()
    shop.publish_ds(old)


def stop_signing(shop: Shop) -> None:
    """DNS is at another provider, whose signer has stopped: the last signatures expired yesterday."""
    move_dns_away(shop)
    shop.sign().lapse()


def publish_the_key(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Publish the DS record of the present key in place of the old one."""
    shop.publish_ds(shop.world.tree.signers[shop.domain].ds)


def sign_again(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """The provider signs the zone anew."""
    shop.world.tree.signers[shop.domain].renew()


SCENARIOS = (
    Scenario(
        name="signed-domain",
        about=Text(
            en="Nothing is wrong: the zone is signed, and its DS record is at the registry.",
            ko="문제가 없는 상태입니다. 영역이 서명되어 있고 레지스트리에 DS 레코드가 있습니다.",
        ),
        plan=Plan(then=(sign,)),
    ),
    Scenario(
        name="signed-domain-changes-its-key",
        about=Text(
            en="Nothing is wrong: beside the DS record of the zone's key there is one of the key to come.",
            ko="문제가 없는 상태입니다. 현재 키의 DS 레코드 옆에 다음 키의 DS 레코드가 미리 등록되어 있습니다.",
        ),
        plan=Plan(then=(sign_and_announce_the_next_key,)),
    ),
    Scenario(
        name="ds-of-an-old-key",
        about=Text(
            en="The zone's key was replaced, and the registry has the DS record of the key before.",
            ko="영역의 키를 바꾸었지만 레지스트리에는 이전 키의 DS 레코드가 남아 있습니다.",
        ),
        plan=Plan(then=(make_the_key_anew,)),
        expected=(cause("dnssec-ds-mismatch"), effect("dnssec-resolver-says-bogus")),
        repairs={"dnssec-ds-mismatch": publish_the_key},
    ),
    Scenario(
        name="signatures-expired",
        about=Text(
            en="DNS is at another provider, which has stopped signing: the signatures expired yesterday.",
            ko="DNS를 다른 업체에서 운영하는데 서명이 갱신되지 않아 어제 만료되었습니다.",
        ),
        plan=Plan(then=(stop_signing,)),
        expected=(
            cause("dnssec-signature-invalid"),
            effect("dnssec-resolver-says-bogus"),
            cause("zone-not-found", severity=INFO),
        ),
        repairs={"dnssec-signature-invalid": sign_again},
    ),
)
