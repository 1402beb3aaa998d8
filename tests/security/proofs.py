"""What proves each promise of SECURITY.md: the first words of its bullet or table row, and the tests.

A promise that is changed is found by its first words; one without a proof fails `tests/test_security_page.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

GUARD = "tests/collect/test_aws_guard.py::"
ASTRAY = "tests/collect/test_aws_astray.py::"
SSM = "tests/collect/test_aws_ssm.py::"
CREDENTIALS = "tests/collect/test_credentials.py::"
ACCOUNT = "tests/collect/test_hostile_account.py::"
SESSION = "tests/collect/test_aws_session.py::"
ASKING = "tests/security/test_asking.py::"
RUNNING = "tests/security/test_running.py::"
PROBES = "tests/security/test_probes.py::"
HTTP = "tests/collect/test_http.py::"
PUBLIC = "tests/collect/test_public.py::"
PRIVATE = "tests/collect/test_dns_private.py::"
PLACE = "tests/collect/test_registry_place.py::"
REGISTRY = "tests/collect/test_registration.py::"
BOUNDS = "tests/collect/test_dns_bounds.py::"
TARGETS = "tests/collect/test_targets.py::"
PLAN = "tests/collect/test_plan.py::"
JOURNAL = "tests/cli/test_journal.py::"
CONSENT = "tests/cli/test_consent.py::"
INSPECT = "tests/lab/test_inspect_hosts.py::"
REGISTRARS = "tests/collect/test_registrars.py::"
FUNCTIONS = "tests/collect/test_functions.py::"
PAGE = "tests/test_security_page.py::"

PROOFS: Mapping[str, tuple[str, ...]] = {
    # It only reads
    "`albdoctor iam-policy` prints every AWS action": (
        f"{GUARD}test_the_list_holds_reads_only_and_is_what_the_policy_prints",
        f"{INSPECT}test_the_policy_holds_the_command_only_when_it_is_asked_for",
        f"{PLAN}test_the_declared_actions_only_read",
    ),
    "A guard in the botocore session refuses": (
        f"{GUARD}test_whatever_is_no_declared_read_is_refused_before_it_is_sent",
        f"{GUARD}test_every_client_of_the_tool_is_covered",
        f"{GUARD}test_nobody_makes_a_client_past_the_guard",
        f"{GUARD}test_presigned_requests_and_other_services_are_refused_too",
        f"{GUARD}test_without_the_guard_they_would_have_been_sent",
    ),
    "What an operation sends is told by the models": (
        "tests/collect/test_aws_own_models.py::test_a_model_from_elsewhere_changes_no_request",
        f"{ASTRAY}test_no_answer_leads_a_signed_question_elsewhere",
    ),
    "Credentials are botocore's business": (
        f"{GUARD}test_the_session_that_signs_in_can_do_nothing_else",
        f"{GUARD}test_a_profile_may_assume_its_role_to_sign_in",
        f"{GUARD}test_sign_in_is_what_this_botocore_asks_for_credentials",
    ),
    "A `credential_process` is run once": (
        f"{ASKING}test_a_credential_process_is_run_once_and_what_it_says_is_not_told",
        f"{CREDENTIALS}test_a_program_that_failed_is_not_run_again",
        f"{CREDENTIALS}test_a_credential_process_that_never_ends_is_stopped_with_its_children",
        f"{CREDENTIALS}test_what_a_failing_program_says_is_not_repeated",
        "tests/cli/test_signing.py::test_a_signal_ends_the_program_that_a_profile_waits_for",
    ),
    "An MFA code is asked for on a terminal only": (
        f"{CREDENTIALS}test_a_code_that_nobody_can_type_is_a_gap",
        "tests/cli/test_signing.py::test_the_code_is_asked_for_once_before_the_clock_runs",
    ),
    "A missing permission is told by the action's name": (
        "tests/lab/test_denied_actions.py::test_denied_is_never_absent",
        "tests/lab/test_denied_actions.py::test_denied_is_never_absent",
        "tests/lab/test_scenarios.py::test_scenario_holds",
    ),
    "Fixes are printed, never run": (
        f"{RUNNING}test_a_scan_connects_to_what_is_on_the_list_runs_nothing_and_writes_nothing",
        f"{RUNNING}test_judging_saved_facts_connects_to_nobody_runs_nothing_and_writes_nothing",
        "tests/lab/test_aws.py::test_environment_leads_every_client_here",
    ),
    # Tasks and task definitions
    "Only where a target group of the scanned load balancer has no target": (
        f"{REGISTRARS}test_where_every_target_is_healthy_nobody_is_asked",
        f"{REGISTRARS}test_a_service_that_wants_no_task_is_not_asked_for_any",
        f"{REGISTRARS}test_of_many_services_some_are_asked_for_their_tasks",
    ),
    "Kept of a task: its ARN": (f"{REGISTRARS}test_the_page_names_all_that_is_kept_of_tasks",),
    "Only where such a target group is filled by an Auto Scaling group": (
        f"{REGISTRARS}test_of_ended_instances_the_lives_and_causes_are_seen",
        f"{REGISTRARS}test_a_group_that_ends_no_unhealthy_target_is_not_asked_for_its_activities",
    ),
    "AWS sends more in the same answers": (
        f"{REGISTRARS}test_of_tasks_the_reasons_are_seen_and_nothing_that_they_are_given",
        f"{REGISTRARS}test_redaction_leaves_amazon_ecs_s_own_words_of_a_reason",
    ),
    # Functions
    "Only where a function is registered": (
        f"{FUNCTIONS}test_a_healthy_function_and_servers_on_instances_are_not_asked_about",
        f"{FUNCTIONS}test_beyond_the_bound_functions_are_gaps",
        f"{FUNCTIONS}test_nothing_of_a_function_but_who_may_invoke_it_is_kept",
    ),
    "Kept of a policy": (
        f"{FUNCTIONS}test_what_is_said_of_load_balancing_is_kept",
        f"{FUNCTIONS}test_what_concerns_others_is_not_kept",
        f"{FUNCTIONS}test_nothing_of_a_function_but_who_may_invoke_it_is_kept",
    ),
    # Looking into hosts
    "Only with `--inspect-hosts`": (
        f"{GUARD}test_without_inspect_hosts_even_the_one_command_is_refused",
        f"{INSPECT}test_without_the_option_nothing_is_sent_and_nothing_is_said",
        f"{INSPECT}test_a_fleet_is_inspected_only_with_the_option",
        f"{INSPECT}test_the_policy_holds_the_command_only_when_it_is_asked_for",
    ),
    "Somebody consents each time": (
        f"{CONSENT}test_without_a_terminal_it_is_refused_with_the_option_that_consents",
        f"{CONSENT}test_yes_is_consent_and_the_commands_are_told_all_the_same",
        f"{CONSENT}test_consent_is_no_key_of_a_file",
        f"{INSPECT}test_on_a_terminal_somebody_is_asked_who_has_seen_the_commands",
        f"{INSPECT}test_without_a_terminal_nothing_is_asked_before_somebody_says_yes",
    ),
    "On Linux the command ([`command.py`]": (
        f"{GUARD}test_the_command_reads_sockets_and_is_no_other",
        f"{INSPECT}test_the_emulated_table_looks_as_this_kernel_writes_it",
        "tests/collect/test_host_rules.py::"
        "test_neither_comments_nor_elements_of_sets_nor_chains_that_lead_nowhere_are_kept",
    ),
    "On Windows it is another fixed command": (f"{GUARD}test_the_command_for_windows_asks_and_changes_nothing",),
    "As every Run Command they run as root": (f"{GUARD}test_the_command_reads_sockets_and_is_no_other",),
    "The guard compares every parameter": (
        f"{GUARD}test_with_inspect_hosts_any_other_command_is_refused",
        f"{GUARD}test_a_command_that_is_changed_on_the_way_is_refused",
        f"{GUARD}test_with_inspect_hosts_every_other_operation_of_ssm_is_refused",
    ),
    "It goes to at most 8 instances": (
        f"{SSM}test_eight_of_a_group_those_that_are_not_healthy_first",
        f"{SSM}test_only_running_instances_that_are_targets_by_id",
        f"{SSM}test_windows_is_asked_with_the_command_of_its_own",
        f"{ASTRAY}test_a_command_is_sent_once_whatever_comes_of_it",
    ),
    "An instance that Systems Manager does not reach": (
        f"{SSM}test_an_instance_that_takes_no_command_does_not_keep_it_from_the_others",
        f"{SSM}test_an_id_that_is_none_of_an_instance_keeps_nobody_else_from_being_asked",
        f"{SSM}test_what_another_instance_or_command_printed_is_not_this_ones",
        f"{SSM}test_hostile_output_is_a_gap_that_can_be_shown",
        f"{SSM}test_no_status_but_success_is_a_success",
        "tests/collect/test_windows_command.py::test_rules_that_were_cut_off_are_a_gap_of_the_firewall_alone",
    ),
    "IAM can limit the document and the instances": (
        f"{INSPECT}test_the_policy_holds_the_command_only_when_it_is_asked_for",
    ),
    # What it sends, and to whom
    "| AWS, the Regions of the scan": (
        f"{PLAN}test_a_whole_scan",
        f"{ASKING}test_one_scan_asks_so_many_questions_at_once",
        f"{ASKING}test_a_scan_of_everything_asks_a_service_at_the_pace_of_its_card",
        f"{SESSION}test_the_user_agent_says_who_asks",
    ),
    "| where the profile signs in": (
        f"{ASKING}test_signing_in_renews_botocores_own_cache_and_writes_nothing_else",
        f"{ASTRAY}test_the_role_of_the_machine_is_asked_where_nothing_else_signs_in",
    ),
    "| DNS root, top-level and delegated name servers": (
        f"{ASKING}test_dns_is_asked_for_the_domains_names_and_what_they_lead_to",
    ),
    "| recursive resolvers": (
        f"{PAGE}test_resolvers_only_help",
        "tests/collect/test_dns_host.py::test_resolvers_that_are_asked",
        "tests/collect/test_dns_host.py::test_resolvers_are_asked_with_recursion",
    ),
    "| the registry of the domain": (
        f"{REGISTRY}test_rdap_domain",
        f"{REGISTRY}test_rdap_of_an_untrusted_server",
        f"{REGISTRY}test_iana_tells_the_server_of_other_tlds",
    ),
    "| the addresses that the name's servers answer": (
        "tests/collect/test_wire.py::test_a_zone_with_thousands_of_addresses_sends_nobody_to_them",
        f"{PLAN}test_where_dns_leads_elsewhere_the_balancer_is_probed_too",
    ),
    "| registered targets with a public address": (
        f"{TARGETS}test_only_what_the_world_may_reach_is_asked",
        f"{TARGETS}test_at_most_eight_targets_of_a_group",
        f"{TARGETS}test_founding_story_target",
    ),
    "Probes carry no credentials": (
        f"{PROBES}test_probes_carry_no_credentials_no_cookies_and_no_body",
        f"{HTTP}test_https_takes_any_certificate",
        f"{HTTP}test_redirects_that_are_not_followed",
        f"{HTTP}test_another_name_of_the_domain_is_followed_where_it_has_the_same_address",
        f"{HTTP}test_a_name_out_of_the_domain_is_not_looked_up",
        f"{HTTP}test_a_port_that_no_browser_opens_is_not_asked",
        f"{HTTP}test_walk_is_at_most_ten_requests_long",
    ),
    "`--no-probe` sends nothing": (
        f"{RUNNING}test_without_probes_nothing_is_sent_to_the_domain_or_its_targets",
        f"{RUNNING}test_judging_saved_facts_connects_to_nobody_runs_nothing_and_writes_nothing",
        f"{PLAN}test_what_is_switched_off_is_not_asked",
    ),
    "There is no telemetry": (f"{RUNNING}test_a_scan_connects_to_what_is_on_the_list_runs_nothing_and_writes_nothing",),
    "`albdoctor mcp` gives the report to the client": (
        "tests/mcp/test_command.py::test_where_it_listens",
        "tests/mcp/test_command.py::test_where_it_does_not",
        "tests/mcp/test_command.py::test_a_page_of_another_site_is_refused",
        "tests/mcp/test_tools.py::test_the_tools_are_listed_and_read_only",
    ),
    "`scan --all` scans every host name": (
        f"{ACCOUNT}test_a_records_name_is_a_host_name_or_nothing",
        "tests/collect/test_hostile_zone.py::test_names_of_somebody_elses_domain_cost_it_little_and_lead_nowhere_inside",
        "tests/collect/test_hostile_zone.py::test_a_name_that_the_public_dns_does_not_know_is_sent_to_nobody",
        f"{ACCOUNT}test_ten_thousand_balancers_and_names_are_found_in_few_questions",
        "tests/collect/test_fleet.py::test_a_fleets_scan_of_a_name_sees_what_a_single_scan_sees",
    ),
    # Where it never goes by itself
    "An address that is private, loopback": (
        f"{PUBLIC}test_special_addresses_are_named",
        f"{PUBLIC}test_a_name_cannot_lead_probes_into_this_machines_network",
        f"{PUBLIC}test_redirects_inside_are_shown_and_not_followed",
        f"{PRIVATE}test_no_packet_reaches_a_service_of_this_machine",
        f"{PRIVATE}test_a_name_server_that_resolves_to_a_private_address_is_not_asked",
        f"{PLACE}test_whois_servers_inside_are_not_asked",
        f"{PLACE}test_rdap_servers_inside_are_not_asked",
        f"{PLACE}test_an_rdap_redirect_leads_nowhere_either",
    ),
    "What was not asked is a gap": (
        f"{PRIVATE}test_a_private_name_server_is_told_and_not_asked",
        f"{PRIVATE}test_a_delegation_to_private_servers_is_not_called_sound",
        f"{PRIVATE}test_of_two_addresses_the_public_one_is_asked",
        f"{PLACE}test_of_several_addresses_the_public_ones_are_asked",
    ),
    "The exception is what you name yourself": (
        f"{PUBLIC}test_what_connect_to_names_may_be_probed",
        f"{PRIVATE}test_own_roots_and_resolvers_may_be_private",
        f"{PLACE}test_what_connect_to_names_is_asked",
        f"{PAGE}test_the_example_of_a_private_target_works",
    ),
    "Behind an HTTPS proxy": (f"{PLACE}test_a_proxy_of_the_environment_looks_the_name_up",),
    # How much
    "HTTP: 20 requests": (
        f"{PUBLIC}test_an_address_is_asked_so_fast_and_no_faster",
        f"{PUBLIC}test_the_scans_of_a_run_share_the_pace_of_an_address",
        f"{ACCOUNT}test_registries_are_asked_no_faster_than_hosts_are",
    ),
    "One scan of a name opens": (f"{PROBES}test_one_name_costs_an_address_so_many_connections_and_no_more",),
    "AWS: at most 500 pages": (
        f"{SESSION}test_a_list_without_an_end_is_a_gap",
        f"{SESSION}test_throttling_is_retried_and_then_a_gap",
        f"{ACCOUNT}test_a_list_of_balancers_without_an_end_is_a_gap",
    ),
    "DNS: 600 questions": (
        f"{BOUNDS}test_hostile_servers_are_bounded",
        f"{BOUNDS}test_one_address_is_asked_so_often_and_no_more",
        f"{BOUNDS}test_look_ups_of_name_servers_leave_the_domain_its_own_questions",
        f"{BOUNDS}test_the_scans_of_a_run_together_are_paced",
    ),
    "A whole scan ends after `--timeout`": (
        f"{PLAN}test_the_deadline_leaves_partial_facts",
        f"{PLAN}test_a_process_ends_although_its_threads_still_wait",
    ),
    # What it stores
    "Nothing, unless a file is asked for": (
        f"{RUNNING}test_a_scan_connects_to_what_is_on_the_list_runs_nothing_and_writes_nothing",
        f"{RUNNING}test_what_is_written_is_what_was_asked_for_with_the_modes_that_it_says",
        "tests/cli/test_unwritable.py::test_modes_and_the_umask",
        "tests/cli/test_interrupt.py::test_no_step_of_writing_leaves_half_a_file",
    ),
    "Only `scan --all --save-facts FILE`": (
        f"{JOURNAL}test_what_is_no_file_of_ours_is_refused_at_once",
        f"{JOURNAL}test_nobody_else_can_read_it_whatever_it_was_before",
        f"{JOURNAL}test_two_runs_at_once_do_not_touch_each_others_lines",
        "tests/cli/test_all.py::test_what_another_run_left_is_scanned_again",
        "tests/cli/test_all.py::test_an_interrupted_run_goes_on_where_it_was",
    ),
    "Facts and reports hold account ids": (
        f"{RUNNING}test_no_file_holds_credentials_or_what_stands_in_the_environment",
        f"{HTTP}test_request_is_pinned_and_says_who_asks",
        "tests/redact/test_snapshot.py::test_no_marker_is_left_in_any_format_or_in_the_facts",
    ),
    "botocore may renew its own sign-in caches": (
        f"{ASKING}test_signing_in_renews_botocores_own_cache_and_writes_nothing_else",
    ),
    # What you trust
    "Checks of other installed packages": (
        "tests/test_policy.py::test_what_only_a_check_of_somebody_elses_reads_is_asked",
        "tests/checkup/test_registry.py::test_our_checks_come_through_the_entry_point_in_order",
    ),
    "`albdoctor.toml` in the working directory": (
        f"{ASKING}test_a_configuration_file_chooses_checks_and_nothing_that_is_sent_or_run",
    ),
    "`AWS_ENDPOINT_URL`, a profile's `endpoint_url`": (
        f"{ASKING}test_an_endpoint_of_a_profile_is_asked_and_no_more_is_sent_there",
        "tests/collect/test_aws_own_models.py::test_where_regions_are_is_still_read_from_elsewhere",
        f"{SESSION}test_an_unreachable_endpoint",
        f"{HTTP}test_environment_proxies_are_not_asked",
    ),
    "A facts file may come from anybody": (
        f"{RUNNING}test_judging_saved_facts_connects_to_nobody_runs_nothing_and_writes_nothing",
        "tests/test_hostile.py::test_no_facts_let_a_text_out",
        "tests/fuzz/test_parsers.py::test_facts_files_are_read_or_refused",
        "tests/merge/test_hostile_shards.py::test_the_order_of_files_decides_nothing_but_the_order_of_reports",
    ),
}
