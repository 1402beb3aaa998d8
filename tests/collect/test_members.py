"""Files of accounts: ids, what Organizations printed, c7n-org's; and what cannot be used is refused by name."""

from __future__ import annotations

import pytest

from albdoctor.collect.members import Member, wide
from albdoctor.errors import BadOptionError

C7N = """
vars: {default: 1}
accounts:
- account_id: '012345670123'
  name: web
  regions: [ap-northeast-2, us-west-2]
  role: arn:aws:iam::012345670123:role/CloudCustodian
  external_id: corp-1
  tags: [type:prod]
  vars: {a: [1, 2]}
- account_id: 012345670124
  name: chained
  role: [arn:aws:iam::111122223333:role/hub, reader]
  regions: [all]
- account_id: '012345670125'
  profile: own
  display_name: Own
subscriptions: []
"""
LISTED = """{"Accounts": [
  {"Id": "111122223333", "Name": "web", "Email": "a@corp.example", "State": "ACTIVE", "JoinedTimestamp": 1.5},
  {"Id": "444455556666", "Name": "gone", "State": "SUSPENDED"}]}"""
LINES = "# production\n111122223333\n\n444455556666 dns: zones # the zones\n111122223333 twice\n"


def members(text: str, role: str = "reader") -> tuple[Member, ...]:
    return wide("f", text, role, "").members


def test_an_accounts_file_of_c7n_org_is_read_as_it_is() -> None:
    assert members(C7N) == (
        Member(
            account="012345670123",
            name="web",
            roles=("arn:aws:iam::012345670123:role/CloudCustodian",),
            external_id="corp-1",
            regions=("ap-northeast-2", "us-west-2"),
        ),
        Member(account="012345670124", name="chained", roles=("arn:aws:iam::111122223333:role/hub", "reader")),
        Member(account="012345670125", profile="own"),
    )


def test_what_organizations_printed_without_the_accounts_that_are_closed() -> None:
    assert members(LISTED) == (Member(account="111122223333", name="web"),)


@pytest.mark.parametrize("text", [LINES, "[111122223333, 444455556666]", "- 111122223333\n- 444455556666\n"])
def test_a_list_of_ids(text: str) -> None:
    assert [each.account for each in members(text)] == ["111122223333", "444455556666"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no account"),
        ("accounts: []", "names no account"),
        ("11112222333\n", "'11112222333' is no account id"),
        ("accounts: [{account_id: '1', role: r}]", "'1' is no account id"),
        ("accounts: [{name: web}]", "missing required field"),
        ("accounts: [{account_id: '111122223333', role: 'arn:aws:iam::1:role/a b'}]", "is no role"),
        ("accounts: [{account_id: '111122223333', role: r, regions: ['eu west']}]", "'eu west' is no AWS Region"),
        ("accounts: [{account_id: '111122223333', role: r, external_id: 'a b'}]", "is no external id"),
        ("accounts: [", "cannot read --accounts f"),
        ("a: !!python/object/apply:os.system [id]\naccounts: [1]", "'1' is no account id"),
    ],
)
def test_what_cannot_be_used_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadOptionError, match=said.replace("(", r"\(")):
        members(text)


def test_an_account_that_nothing_leads_into_is_refused() -> None:
    with pytest.raises(BadOptionError, match="account 111122223333 has neither role nor profile"):
        members("111122223333", role="")
