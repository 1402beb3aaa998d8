"""Read-only by construction: every operation of every client is tried, and what is no declared read never leaves."""

from __future__ import annotations

import ast
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from albdoctor.collect.actions import OPT_IN, actions_for
from albdoctor.collect.aws import windows_command
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.acm import Summary
from albdoctor.collect.aws.calls import action
from albdoctor.collect.aws.command import COMMAND, DOCUMENT, FIXED, FIXED_WINDOWS, MOST_INSTANCES
from albdoctor.collect.aws.guard import INSPECTS, LISTS, READS, SIGN_IN, NotReadOnlyError, allow_only
from albdoctor.collect.aws.read_only import reading_session
from albdoctor.collect.aws.services import SERVICES
from albdoctor.collect.gaps import gap_of
from albdoctor.facts.known import Gap
from albdoctor.facts.snapshot import CARDS
from tests.support.aws_api import REGION, Reply, Request, serving, use
from tests.support.aws_ask import ask, gap, known

ROOT = Path(__file__).parents[2]
MODELS = botocore.session.Session()
CLIENT_OF = {service.iam: service.name for service in SERVICES.values()}
CLIENTS = sorted({CLIENT_OF[named.split(":")[0]] for named in READS | INSPECTS | LISTS})
ID = "i-0123456789abcdef0"
ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=2)


class Door:
    """A loopback server that counts who comes, and hangs up."""

    def __init__(self) -> None:
        """Take a free port and listen."""
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._count)
        self._thread.start()

    def _count(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if connection.recv(65536) == b"end":
                    return
                self.connections += 1

    def close(self) -> None:
        """Stop; connections that came before are counted first."""
        if not self._thread.is_alive():
            return
        with socket.create_connection(self._socket.getsockname()) as last:
            last.sendall(b"end")
        self._thread.join(10)
        self._socket.close()


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    with closing(Door()) as counting:
        use(monkeypatch, counting.endpoint)
        yield counting


def our_client(service: str, *, inspect_hosts: bool = False) -> Any:
    """The client that a scan asks with."""
    return known(ask(lambda account: account.client(service, REGION), inspect_hosts=inspect_hosts))


def operations(service: str) -> list[str]:
    return list(MODELS.get_service_model(service).operation_names)


def least(shape: Any, depth: int = 0) -> Any:
    """The smallest value that botocore sends for a shape."""
    if shape.type_name == "structure":
        return {name: least(shape.members[name], depth + 1) for name in shape.required_members}
    if shape.type_name in ("list", "map"):
        return [least(shape.member, depth + 1)] if shape.type_name == "list" and depth < 6 else {}
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else "a" * max(int(shape.metadata.get("min", 1)), 1)
    values = {"boolean": False, "timestamp": 0, "blob": b"a", "float": 1.0, "double": 1.0}
    return values.get(shape.type_name, max(int(shape.metadata.get("min", 1)), 1))


def call(client: Any, operation: str) -> None:
    shape = client.meta.service_model.operation_model(operation).input_shape
    methods = {name: method for method, name in client.meta.method_to_api_mapping.items()}
    getattr(client, methods[operation])(**(least(shape) if shape else {}))


def test_every_client_of_the_tool_is_covered() -> None:
    names = [
        "acm",
        "autoscaling",
        "cloudwatch",
        "ec2",
        "ecs",
        "elbv2",
        "lambda",
        "organizations",
        "route53",
        "route53domains",
        "ssm",
        "sts",
        "wafv2",
    ]
    assert sorted(SERVICES) == CLIENTS == names
    modules = [ast.parse(path.read_text()) for path in (ROOT / "albdoctor/collect/aws").glob("*.py")]
    asked = {
        node.args[0].value
        for module in modules
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("call", "items", "client", "again")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked == set(CLIENTS)


def test_nobody_makes_a_client_past_the_guard() -> None:
    tool = [path for path in (ROOT / "albdoctor").rglob("*.py") if "lab" not in path.relative_to(ROOT).parts]
    tool += (ROOT / "checks").rglob("*.py")
    text = {str(path.relative_to(ROOT)): path.read_text() for path in tool}

    def holding(words: str) -> list[str]:
        return [path for path, source in text.items() if re.search(words, source)]

    assert holding(r"import botocore\.session|from botocore import session|botocore\.session import|boto3") == [
        "albdoctor/collect/aws/read_only.py"
    ]
    # One with the session that reads, one with the session that can only sign in.
    assert holding(r"\.create_client\(") == ["albdoctor/collect/aws/account.py", "albdoctor/collect/aws/assume.py"]


def test_the_list_holds_reads_only_and_is_what_the_policy_prints() -> None:
    assert tuple(sorted(READS)) == actions_for(CARDS.keys() - OPT_IN)
    assert tuple(sorted(READS | INSPECTS)) == actions_for(CARDS)
    assert {"ssm:SendCommand", "ssm:GetCommandInvocation"} == INSPECTS
    assert [named for named in READS if not re.fullmatch(r"[a-z0-9]+:(Describe|Get|List)\w+", named)] == []
    for service in CLIENTS:
        listed = {named.split(":")[1] for named in READS if named == action(service, named.split(":")[1])}
        assert listed - set(operations(service)) == set(), "no such operation"


def test_accounts_and_regions_are_listed_for_an_organization_only(door: Door) -> None:
    assert {"organizations:ListAccounts", "ec2:DescribeRegions"} == LISTS
    for service, operation in (("organizations", "ListAccounts"), ("ec2", "DescribeRegions")):
        with pytest.raises(NotReadOnlyError):
            call(our_client(service), operation)
        assert door.connections == 0
    session = reading_session("", organization=True)
    for service in CLIENTS:
        client = session.create_client(service, REGION, config=ONCE)
        for operation in operations(service):
            if action(service, operation) not in READS | LISTS:
                with pytest.raises(NotReadOnlyError):
                    call(client, operation)
    assert door.connections == 0
    for service, operation in (("organizations", "ListAccounts"), ("ec2", "DescribeRegions")):
        with pytest.raises(ConnectionClosedError):
            call(session.create_client(service, REGION, config=ONCE), operation)
    assert door.connections == 2


@pytest.mark.parametrize("service", CLIENTS)
def test_whatever_is_no_declared_read_is_refused_before_it_is_sent(service: str, door: Door) -> None:
    client = our_client(service)
    for operation in operations(service):
        if action(service, operation) not in READS:
            with pytest.raises(NotReadOnlyError, match=f"{action(service, operation)}: failed albdoctor itself"):
                call(client, operation)
    door.close()
    assert door.connections == 0


@pytest.mark.parametrize("named", sorted(READS))
def test_declared_reads_pass(named: str, door: Door) -> None:
    prefix, operation = named.split(":")
    with pytest.raises(ConnectionClosedError):
        call(reading_session("").create_client(CLIENT_OF[prefix], REGION, config=ONCE), operation)
    assert door.connections == 1


def test_with_inspect_hosts_every_other_operation_of_ssm_is_refused(door: Door) -> None:
    client = our_client("ssm", inspect_hosts=True)
    others = [each for each in operations("ssm") if f"ssm:{each}" not in INSPECTS]
    assert len(others) > 100
    for operation in others:
        with pytest.raises(NotReadOnlyError, match=f"ssm:{operation}: failed albdoctor itself"):
            call(client, operation)
    for service in set(CLIENTS) - {"ssm"}:
        client = our_client(service, inspect_hosts=True)
        for operation in operations(service):
            if action(service, operation) not in READS:
                with pytest.raises(NotReadOnlyError):
                    call(client, operation)
    assert door.connections == 0


def test_with_inspect_hosts_the_one_command_passes(door: Door) -> None:
    client = reading_session("", inspect_hosts=True).create_client("ssm", REGION, config=ONCE)
    with pytest.raises(ConnectionClosedError):
        client.send_command(**FIXED, InstanceIds=[ID])
    with pytest.raises(ConnectionClosedError):
        client.get_command_invocation(CommandId="0" * 36, InstanceId=ID)
    assert door.connections == 2


def test_the_command_reads_sockets_and_is_no_other() -> None:
    """A change of what runs on hosts must be made here too."""
    assert FIXED == {
        "DocumentName": "AWS-RunShellScript",
        "TimeoutSeconds": 30,
        "Parameters": {
            "commands": [
                "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null"
                """ | awk '$4 == "st" || $4 == "0A" {print $2} END {print "end"}'\n"""
                "PATH=$PATH:/usr/sbin:/sbin\n"
                '{ cat /proc/net/ip_tables_names; echo "== names"\n'
                """awk 'NR > 1 {print $1, $2, $8}' /proc/net/route; echo "== routes"\n"""
                """awk '$1 == "nf_tables" {print $1}' /proc/modules; echo "== modules"\n"""
                'iptables-save; echo "== iptables $?"\n'
                'if grep -q . /proc/net/ip_tables_names; then iptables-legacy-save; fi; echo "== legacy $?"\n'
                'cat /proc/net/ip6_tables_names; echo "== names6"\n'
                'ip6tables-save; echo "== ip6tables $?"\n'
                'if grep -q . /proc/net/ip6_tables_names; then ip6tables-legacy-save; fi; echo "== legacy6 $?"\n'
                'nft -j list ruleset; code=$?; echo; echo "== nft $code"\n'
                "} 2>/dev/null | gzip -c | base64 | tr -d '\\n'"
            ],
            "executionTimeout": ["10"],
        },
    }


def test_the_command_for_windows_asks_and_changes_nothing() -> None:
    command = windows_command.COMMAND
    asked = {
        "NetTCPConnection",
        "NetFirewallRule",
        "NetFirewallProfile",
        "NetConnectionProfile",
        "NetFirewall${kind}Filter",
    }
    verbs = set(re.findall(r"\b([A-Z][A-Za-z]+)-[A-Z]", command))
    assert verbs == {"Get", "Where", "ForEach", "ConvertTo", "New"}
    assert set(re.findall(r"\bGet-([A-Za-z{}$]+)", command)) == asked
    assert re.findall(r"New-Object ([A-Za-z.]+)", command) == ["IO.MemoryStream", "IO.Compression.GZipStream"]
    kinds = re.search(r"foreach \(\$kind in ([^)]+)\)", command)
    assert kinds
    assert kinds[1] == "'Port', 'Address', 'Application', 'Service', 'InterfaceType', 'Interface', 'Security'"
    assert command.isascii()
    assert {
        "DocumentName": "AWS-RunPowerShellScript",
        "TimeoutSeconds": 30,
        "Parameters": {"commands": [command], "executionTimeout": ["30"]},
    } == FIXED_WINDOWS


OTHER_COMMANDS: dict[str, dict[str, Any]] = {
    "another document": {"DocumentName": "AWS-RunPowerShellScript"},
    "somebody's document": {"DocumentName": f"arn:aws:ssm:ap-northeast-2:210987654321:document/{DOCUMENT}"},
    "another command": {"Parameters": {"commands": ["id"], "executionTimeout": ["10"]}},
    "a longer command": {"Parameters": {"commands": [f"{COMMAND}; id"], "executionTimeout": ["10"]}},
    "a second command": {"Parameters": {"commands": [COMMAND, "id"], "executionTimeout": ["10"]}},
    "no end": {"Parameters": {"commands": [COMMAND]}},
    "a late end": {"Parameters": {"commands": [COMMAND], "executionTimeout": ["3600"]}},
    "a folder": {"Parameters": {"commands": [COMMAND], "executionTimeout": ["10"], "workingDirectory": ["/root"]}},
    "a late beginning": {"TimeoutSeconds": 3600},
    "targets by tag": {"Targets": [{"Key": "tag:Name", "Values": ["*"]}]},
    "a bucket": {"OutputS3BucketName": "somebodys-bucket"},
    "a log": {"CloudWatchOutputConfig": {"CloudWatchOutputEnabled": True}},
    "a role": {"ServiceRoleArn": "arn:aws:iam::123456789012:role/r"},
    "a comment": {"Comment": "hello"},
    "a version": {"DocumentVersion": "1"},
    "no instance": {"InstanceIds": []},
    "too many instances": {"InstanceIds": [f"i-{number:017x}" for number in range(MOST_INSTANCES + 1)]},
    "no instance id": {"InstanceIds": ["mi-0123456789abcdef0"]},
    "an id with more": {"InstanceIds": [f"{ID}\n"]},
    "no list": {"InstanceIds": ID},
}


@pytest.mark.parametrize("other", OTHER_COMMANDS)
def test_with_inspect_hosts_any_other_command_is_refused(other: str, door: Door) -> None:
    client = our_client("ssm", inspect_hosts=True)
    parameters = {**FIXED, "InstanceIds": [ID]} | OTHER_COMMANDS[other]
    with pytest.raises(NotReadOnlyError, match=r"ssm:SendCommand: it is not the declared command"):
        client.send_command(**parameters)
    with pytest.raises(NotReadOnlyError, match=r"ssm:SendCommand: it is not the declared command"):
        client.generate_presigned_url("send_command", Params=parameters)
    assert door.connections == 0


def test_a_command_that_is_changed_on_the_way_is_refused(door: Door) -> None:
    client = our_client("ssm", inspect_hosts=True)

    def slip_in(params: dict[str, Any], **_event: object) -> None:
        params["Parameters"] = {"commands": ["id"]}

    for event in ("provide-client-params.ssm.SendCommand", "before-parameter-build.ssm.SendCommand"):
        client.meta.events.register(event, slip_in)
        with pytest.raises(NotReadOnlyError, match=r"it is not the declared command"):
            client.send_command(**FIXED, InstanceIds=[ID])
        client.meta.events.unregister(event, slip_in)
    assert door.connections == 0


def test_without_inspect_hosts_even_the_one_command_is_refused(door: Door) -> None:
    client = our_client("ssm")
    with pytest.raises(NotReadOnlyError, match="ssm:SendCommand: it is no declared read"):
        client.send_command(**FIXED, InstanceIds=[ID])
    with pytest.raises(NotReadOnlyError, match="ssm:GetCommandInvocation"):
        client.get_command_invocation(CommandId="0" * 36, InstanceId=ID)
    assert door.connections == 0


def test_without_the_guard_they_would_have_been_sent(door: Door) -> None:
    client: Any = botocore.session.Session().create_client("ec2", REGION, config=ONCE)
    with pytest.raises(ConnectionClosedError):
        call(client, "TerminateInstances")
    assert door.connections == 1


def test_presigned_requests_and_other_services_are_refused_too(door: Door) -> None:
    with pytest.raises(NotReadOnlyError):
        our_client("ec2").generate_presigned_url("terminate_instances", Params={"InstanceIds": ["i-1"]})
    for service, operation in (("ssm", "SendCommand"), ("iam", "ListUsers"), ("elb", "DescribeLoadBalancers")):
        with pytest.raises(NotReadOnlyError, match=f"{service}:{operation}"):
            call(reading_session("").create_client(service, REGION, config=ONCE), operation)
    assert door.connections == 0


def test_a_refusal_is_our_own_failure_and_names_the_action(door: Door) -> None:
    async def write(account: Account) -> object:
        return await account.call("elbv2", "DeleteLoadBalancer", REGION, LoadBalancerArn="arn:a")

    named = "elasticloadbalancing:DeleteLoadBalancer"
    unknown = gap(ask(write))
    assert (unknown.gap, unknown.asked) == (Gap.FAILED, named)
    assert unknown.detail == (
        f"albdoctor itself refused to send {named}: it is no declared read; please report this defect"
    )
    assert gap_of(NotReadOnlyError(named), "anything") == unknown
    assert door.connections == 0


def role_profile(folder: Path) -> str:
    """A configuration whose profile assumes a role with somebody's keys."""
    config = folder / "config"
    config.write_text(
        "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n"
        "[profile reader]\nrole_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = base\n"
    )
    return str(config)


def sts_or_acm(request: Request) -> Reply:
    if request.action == "sts:AssumeRole":
        keys = "<AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
        role = f"<Credentials>{keys}<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>"
        answer = f"<AssumeRoleResponse><AssumeRoleResult>{role}</AssumeRoleResult></AssumeRoleResponse>"
        return Reply(200, answer.encode())
    return Reply(200, json.dumps({"CertificateSummaryList": []}).encode(), "application/x-amz-json-1.1")


def test_a_profile_may_assume_its_role_to_sign_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def certificates(account: Account) -> tuple[Summary, ...]:
        return await account.items("acm", "ListCertificates", REGION, Summary)

    with serving(monkeypatch, sts_or_acm) as api:
        monkeypatch.setenv("AWS_CONFIG_FILE", role_profile(tmp_path))
        assert known(ask(certificates, profile="reader")) == ()
        assert [(each.action, each.key) for each in api.requests] == [
            ("sts:AssumeRole", "AKIDBASE"),
            ("acm:ListCertificates", "AKIDROLE"),
        ]


def test_the_session_that_signs_in_can_do_nothing_else(door: Door) -> None:
    session: Any = botocore.session.Session()
    allow_only(session, SIGN_IN)
    for service in CLIENTS:
        client = session.create_client(service, REGION, config=ONCE)
        for operation in operations(service):
            if action(service, operation) not in SIGN_IN:
                with pytest.raises(NotReadOnlyError):
                    call(client, operation)
    assert door.connections == 0


def test_sign_in_is_what_this_botocore_asks_for_credentials() -> None:
    """A botocore that signs in by another operation must be noticed here, not by users."""
    folder = Path(botocore.session.__file__).parent
    source = "".join((folder / name).read_text() for name in ("credentials.py", "tokens.py"))
    called = set(re.findall(r"client\.([a-z]\w+)\(", source)) - {"close"}
    names = {
        name.lower(): f"{service}:{name}"
        for service in ("sts", "sso", "sso-oidc", "signin")
        for name in operations(service)
    }
    assert {names[each.replace("_", "")] for each in called} == SIGN_IN
