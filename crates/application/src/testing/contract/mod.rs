//! What every storage adapter has to do, as cases that run on any of them.
//!
//! A case builds its own data in an empty storage and knows the adapter only through [`App`]. It assumes nothing of clock and
//! ids but their ports' contracts. [`crate::contract_tests`] makes a test of each case.

pub mod audit;
pub mod claims;
pub mod commit;
pub mod customers;
pub mod events;
pub mod key_hashes;
pub mod keys;
pub mod numbers;
pub mod orders;
pub mod orders_list;
mod people;
pub mod races;
pub mod records;
mod stock;
pub mod tenants;
pub mod throttles;
pub mod users;

use async_trait::async_trait;

use crate::app::App;

/// Gives each case its storage. It must outlive the case.
#[async_trait]
pub trait Harness: Send + Sync {
    /// Two instances of the application over one storage, which is fresh and empty. Each reserves order numbers for itself.
    async fn pair(&self) -> (App, App);

    /// One instance over a fresh, empty storage.
    async fn app(&self) -> App {
        self.pair().await.0
    }
}

/// Makes a test of each case of the contract, in one module per suite. The argument is an expression for a [`Harness`]; it is
/// evaluated for each case, may await, and names what it needs by absolute paths or from the enclosing module.
///
/// ```text
/// orderbase_application::contract_tests!(SqliteHarness::fresh().await);
/// ```
#[macro_export]
macro_rules! contract_tests {
    ($harness:expr) => {
        $crate::contract_tests!(@suite $harness, commit, [
            a_changeset_is_applied_whole,
            a_stale_change_leaves_nothing_behind,
            a_refused_require_leaves_nothing_behind,
            a_duplicate_leaves_nothing_behind,
            a_change_of_what_is_not_there_is_stale,
            customers_have_to_be_there_and_active,
            quotas_count_what_is_alive,
            unique_constraints_name_what_exists,
            a_value_that_was_given_up_is_free,
            an_order_number_is_taken_once,
            twin_tenants_do_not_touch,
            the_storage_answers,
        ]);
        $crate::contract_tests!(@suite $harness, claims, [
            a_claim_is_answered_with_what_was_kept,
            a_key_with_another_request_is_refused,
            a_key_belongs_to_its_principal_and_tenant,
            a_check_writes_nothing,
            a_refusal_leaves_the_key_free,
            the_largest_answer_comes_back_byte_for_byte,
        ]);
        $crate::contract_tests!(@suite $harness, races, [
            of_commits_from_one_version_one_wins,
            twins_with_one_key_get_one_order,
            one_reference_goes_to_one_of_many,
            no_order_after_a_deactivation,
            a_quota_holds_under_a_rush,
            forty_notes_at_once_are_all_written,
        ]);
        $crate::contract_tests!(@suite $harness, orders, [
            the_smallest_order_comes_back,
            the_largest_order_comes_back,
            every_state_comes_back,
            items_are_replaced_whole,
            references_find_their_orders,
            a_foreign_order_is_not_there,
        ]);
        $crate::contract_tests!(@suite $harness, orders_list, [
            each_filter_and_pair_of_filters,
            each_sort_and_page_size,
            equal_totals_are_walked_by_id,
            a_walk_sees_what_stands_throughout_once,
            a_page_ends_before_too_many_items,
            counts_stop_where_they_are_told,
        ]);
        $crate::contract_tests!(@suite $harness, customers, [
            customers_come_back_at_their_bounds,
            each_filter,
            each_sort_and_page_size,
            some_are_found_by_id_and_reference,
            an_order_leads_to_its_customer,
            counts_stop_where_they_are_told,
            an_anonymised_customer_is_nobody,
        ]);
        $crate::contract_tests!(@suite $harness, events, [
            histories_are_gapless_and_paged,
            an_envelope_comes_back_as_it_was_written,
            every_kind_of_actor_comes_back,
            what_people_wrote_is_personal,
            erasure_nulls_what_is_personal_of_the_customer_alone,
            no_history_without_an_aggregate,
        ]);
        $crate::contract_tests!(@suite $harness, numbers, [
            numbers_begin_where_the_tenant_says,
            numbers_are_unique_and_ascend,
            the_quota_is_used_to_its_end_and_no_further,
            a_number_given_back_costs_nothing,
            a_new_month_has_a_new_quota,
            an_earlier_month_is_charged_to_the_present,
            two_instances_share_one_quota,
            uncharged_numbers_leave_the_quota_alone,
            a_resync_passes_the_numbers_in_use,
            a_resync_heeds_a_raised_first_number,
            closing_returns_the_quota,
            no_tenant_no_numbers,
        ]);
        $crate::contract_tests!(@suite $harness, tenants, [
            tenants_come_back_at_their_bounds,
            tenants_are_found_and_listed_by_slug,
            tenants_are_paged_and_filtered,
            a_slug_is_taken_once,
            a_tenant_changes_by_version,
            what_is_used_of_a_plan_is_counted,
        ]);
        $crate::contract_tests!(@suite $harness, keys, [
            keys_come_back_whole,
            a_secret_leads_to_its_holder,
            both_secrets_of_a_rotated_key_are_found,
            a_revoked_key_is_refused_at_once,
            keys_are_listed_newest_first,
        ]);
        $crate::contract_tests!(@suite $harness, key_hashes, [
            a_hash_is_replaced_and_the_key_stays_what_it_is,
            of_two_secrets_one_is_hashed_anew,
            what_is_not_there_any_more_is_not_hashed_anew,
            of_new_hashes_at_once_one_is_written,
            no_change_brings_an_old_hash_back,
            a_text_opens_while_peppers_come_and_go,
            a_new_pepper_that_is_only_known_changes_nothing,
            a_hash_without_a_name_gets_one,
        ]);
        $crate::contract_tests!(@suite $harness, users, [
            users_come_back_at_their_bounds,
            an_email_stands_once_in_a_tenant,
            accounts_are_found_by_slug_and_email,
            each_filter_and_page_size,
            an_owner_remains,
            of_two_owners_who_go_at_once_one_stays,
            seats_count_who_may_come_in,
            seats_hold_under_a_rush,
            a_user_changes_by_version,
            a_foreign_user_is_not_there,
        ]);
        $crate::contract_tests!(@suite $harness, records, [
            a_session_comes_back_with_whom_it_belongs_to,
            a_session_changes_by_version,
            of_refreshes_of_one_token_one_wins,
            sessions_are_listed_and_ended_but_one,
            an_ended_session_is_stale,
            a_ticket_is_used_once,
            a_new_ticket_replaces_those_of_its_purpose,
            tickets_are_voided_by_user,
            a_credential_changes_by_version,
            records_and_changes_are_one,
            a_ticket_comes_with_its_user,
            records_take_effect_once_under_a_claim,
            records_stay_in_their_tenant,
            a_session_begins_with_the_password_that_was_compared,
            no_session_outlives_its_password,
            no_ticket_for_a_user_that_was_changed_meanwhile,
            of_new_hashes_of_one_password_one_is_kept,
            records_of_one_user_cross_without_a_jam,
        ]);
        $crate::contract_tests!(@suite $harness, audit, [
            entries_come_back_whole,
            events_and_entries_are_one_list,
            each_filter_and_page_size,
            entries_are_part_of_the_changeset,
            a_note_is_in_the_log_soon,
            a_foreign_log_is_not_there,
        ]);
    };
    (@suite $harness:expr, $suite:ident, [$($case:ident,)+]) => {
        mod $suite {
            #[allow(unused_imports, reason = "the harness may need nothing of the enclosing module")]
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    let harness = $harness;
                    $crate::testing::contract::$suite::$case(&harness).await;
                }
            )+
        }
    };
}

/// The same for throttles: the argument is an expression for a [`throttles::ThrottleHarness`]. Cases run on one thread, so that time may be
/// one that a test moves.
#[macro_export]
macro_rules! throttle_contract_tests {
    ($harness:expr) => {
        $crate::throttle_contract_tests!(@suite $harness, throttles, [
            a_bucket_has_its_burst_and_its_refill,
            several_buckets_are_taken_from_or_none,
            a_network_is_an_address_of_ipv4_or_half_of_one_of_ipv6,
            peeking_takes_nothing,
            instances_count_together,
            a_network_is_known_for_thirty_days_after_a_sign_in,
            a_hundred_failures_in_a_row_slow_an_account_down_until_a_success,
            being_slowed_down_gives_no_new_burst,
        ]);
    };
    (@suite $harness:expr, $suite:ident, [$($case:ident,)+]) => {
        mod $suite {
            #[allow(unused_imports, reason = "the harness may need nothing of the enclosing module")]
            use super::*;

            $(
                #[tokio::test]
                async fn $case() {
                    let harness = $harness;
                    $crate::testing::contract::$suite::$case(&harness).await;
                }
            )+
        }
    };
}
