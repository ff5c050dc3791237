//! The demonstration: a server with made-up tenants that answers within seconds of the first build. It reads no file and no
//! environment, and must never touch data that somebody means.

pub mod address;
pub mod banner;
mod clock;
pub mod folder;
pub mod found;
mod goods;
mod history;
mod ids;
pub mod keys;
mod live;
mod numbers;
mod people;
mod random;
pub mod ready;
mod run;
pub mod seed;
mod settings;
mod stage;
pub mod tenants;
pub mod tour;
pub mod users;
mod words;

pub use self::run::run;
