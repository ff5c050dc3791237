//! The real binary, from outside, on PostgreSQL.

use orderbase_tests::house::Mode;

orderbase_tests::every_journey!(Mode::Server);
