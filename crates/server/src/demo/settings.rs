//! The configuration of a demonstration: its own values and what `--set` adds. No file and no environment is read.

use std::net::SocketAddr;
use std::path::Path;

use super::address::{Address, Asked};
use crate::cli::{DemoArgs, GlobalArgs};
use crate::commands::flags;
use crate::config::{Config, Flag, Inputs};
use crate::failure::Failure;

/// What holds unless `--set` says otherwise. A stop waits for nobody but requests at work; a page that is being developed on this
/// host may call the API.
const DEFAULTS: [&str; 5] = [
    "http.drain_delay_ms=0",
    "http.shutdown_ms_max=5000",
    "http.cors_origins=http://localhost:3000",
    "auth.password_grant=true",
    "log.level=warn",
];
/// What `--set` cannot change, for the data must be the demonstration's own.
const OWN: [&str; 6] = ["profile", "data_dir", "master_keys", "database.", "bootstrap.", "http.internal_listen"];

/// The address that was asked for.
///
/// # Errors
/// 2 for two addresses at once, for a setting that is the demonstration's own, and for a configuration file.
pub fn asked(global: &GlobalArgs, args: &DemoArgs) -> Result<Asked, Failure> {
    if global.config.is_some() {
        return Err(Failure::usage("--config: the demonstration reads no file; orderbase serve does"));
    }
    for name in global.set.iter().filter_map(|assignment| assignment.split('=').next()) {
        if OWN.iter().any(|own| name == *own || (own.ends_with('.') && name.starts_with(own))) {
            return Err(Failure::usage(format!(
                "--set {name}: the demonstration decides that itself; orderbase serve takes it"
            )));
        }
    }
    let listen = global.set.iter().rev().find_map(|assignment| assignment.strip_prefix("http.listen="));
    match (listen, args.port) {
        (Some(_), Some(_)) => Err(Failure::usage("--port and --set http.listen name two addresses")),
        (Some(text), None) => {
            let address = text.parse::<SocketAddr>();
            address.map(Asked::Listen).map_err(|_| {
                Failure::usage(format!("--set http.listen={text}: needs an address and a port, such as 127.0.0.1:8080"))
            })
        }
        (None, Some(port)) => Ok(Asked::Port(port)),
        (None, None) => Ok(Asked::Nothing),
    }
}

/// The configuration for a socket that is bound and a directory that is made.
///
/// # Errors
/// 78 for a `--set` that is wrong.
pub fn config(global: &GlobalArgs, data: &Path, address: &Address) -> Result<Config, Failure> {
    let own = |assignment: String| Flag { flag: "demo", assignment };
    let has_name = global.set.iter().any(|assignment| assignment.starts_with("public_url="));
    let name = (!has_name).then(|| own(format!("public_url={}", address.base_url)));

    let mut all: Vec<Flag> = DEFAULTS.iter().map(|default| own((*default).to_owned())).collect();
    all.extend(flags(global));
    all.extend(name);
    all.push(own("profile=development".to_owned()));
    all.push(own("http.internal_listen=off".to_owned()));
    all.push(own(format!("http.listen={}", address.at)));
    all.push(own(format!("data_dir={}", data.display())));
    Ok(Config::load(&Inputs::of_flags(all))?.config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    fn global(set: &[&str]) -> GlobalArgs {
        GlobalArgs { set: set.iter().map(|text| (*text).to_owned()).collect(), ..GlobalArgs::default() }
    }

    fn args(port: Option<u16>) -> DemoArgs {
        DemoArgs { port, seed: 42, now: None, data: None, tour: false, print_json: None }
    }

    #[test]
    fn one_address_is_asked_for() {
        assert_eq!(asked(&global(&[]), &args(None)), Ok(Asked::Nothing));
        assert_eq!(asked(&global(&["http.workers=2"]), &args(Some(9000))), Ok(Asked::Port(9000)));
        let wide = asked(&global(&["http.listen=0.0.0.0:80"]), &args(None));
        assert_eq!(wide, Ok(Asked::Listen("0.0.0.0:80".parse().unwrap())));
        for (set, port) in [("http.listen=nowhere", None), ("http.listen=127.0.0.1:1", Some(1))] {
            assert_eq!(asked(&global(&[set]), &args(port)).unwrap_err().exit, Exit::Usage);
        }
    }

    #[test]
    fn data_that_somebody_means_is_out_of_reach() {
        for set in ["database.url=postgres://h/d", "data_dir=/x", "master_keys=k", "profile=production"] {
            assert_eq!(asked(&global(&[set]), &args(None)).unwrap_err().exit, Exit::Usage, "{set}");
        }
        let file = GlobalArgs { config: Some("x.toml".into()), ..GlobalArgs::default() };
        assert_eq!(asked(&file, &args(None)).unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn settings_can_be_added_and_the_address_stands() {
        let address = Address::bind(Asked::Port(0)).unwrap();
        let config = config(&global(&["http.workers=3", "log.level=info"]), Path::new("x"), &address).unwrap();
        assert_eq!((config.http.listen, config.public_url()), (address.at, address.base_url.clone()));
        assert_eq!((config.workers(), config.log.level.as_str(), config.http.drain_delay_ms), (3, "info", 0));
        assert_eq!(config.top.data_dir, Path::new("x"));
        assert!(config.auth.password_grant);
        assert_eq!(config.http.cors_origins, Some(vec!["http://localhost:3000".to_owned()]));
        let wrong = super::config(&global(&["http.workers=none"]), Path::new("x"), &address);
        assert_eq!(wrong.unwrap_err().exit, Exit::Config);
    }
}
