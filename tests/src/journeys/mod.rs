//! What callers do with a running Orderbase, told once and walked in both modes. Each journey gets a house of its own.
//! Must never know which mode it is in: a difference that a caller can see is a fault.

pub mod bounds;
pub mod hostile;
pub mod imports;
pub mod lives;
pub mod orders;
pub mod people;
pub mod rivals;
pub mod secrets;
pub mod steps;
pub mod twins;
pub mod versions;

/// Every journey as a test, in one mode, beside a tenant that it must not touch.
#[macro_export]
macro_rules! every_journey {
    ($mode:expr) => {
        $crate::every_journey! { $mode;
            orders: an_order_goes_from_pending_to_completed, a_list_is_walked_to_its_end, an_answer_is_kept_under_its_key,
                only_what_changed_is_sent_again;
            rivals: fifty_twins_make_one_order, two_confirms_make_one_event, of_ten_writers_with_one_tag_one_wins,
                placing_races_with_deactivation;
            bounds: no_bound_is_off_by_one;
            hostile: bad_input_gets_a_clear_problem, strangers_see_nothing, a_caller_hangs_up;
            lives: what_was_acknowledged_survives_a_kill, a_stop_ends_in_order, probes_and_documents_need_no_key,
                each_request_leaves_one_line;
            imports: an_import_counts_refuses_and_repeats, an_import_that_was_killed_ends_the_same;
            people: somebody_joins_works_and_leaves, refusals_to_sign_in_are_alike, guessing_is_throttled,
                one_refresh_token_makes_no_two_families, an_operator_suspends_and_activates, a_client_works_with_tokens;
            secrets: canaries_stay_hidden;
            twins: nothing_of_a_twin_shows_or_changes;
            versions: an_order_of_the_second_version_is_the_same_order;
        }
    };
    ($mode:expr; $($module:ident: $($name:ident),+;)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let house = $crate::house::House::build($mode);
                $crate::journeys::twins::beside(&house, $crate::journeys::$module::$name).await;
            }
        )+)+
    };
}
