//! The real binary, from outside, on SQLite.

use orderbase_tests::house::Mode;

orderbase_tests::every_journey!(Mode::Embedded);
