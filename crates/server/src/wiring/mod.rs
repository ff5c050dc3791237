//! Puts ports and adapters together as the configuration says, in the order of reliability.md §8. Nothing is decided here that a
//! client could notice but by a setting.

mod background;
mod bootstrap;
mod database;
mod front;
mod http;
mod identity;
mod instance;
mod keys;
mod log;
mod runtime;
mod schema;
mod signals;
mod stop;
mod throttling;
mod together;
mod walls;

pub use self::bootstrap::first_operator;
pub use self::database::{data_directory, open, options as database_options};
pub use self::front::{Front, bind};
pub use self::http::options as http_options;
pub use self::identity::{failure as ring_failure, keeper as ring_keeper};
pub use self::instance::Instance;
pub use self::keys::{Ring, ring};
pub use self::log::{for_command, for_server};
pub use self::runtime::block_on;
pub use self::schema::{bring_up_to_date, failure as migration_failure, guard};
pub use self::signals::Signals;
pub use self::stop::stop;
