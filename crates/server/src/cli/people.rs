//! Commands on people, on the keys that the server makes for itself, and on the audit trail. The doc comments are the help texts.

use clap::{Args, Subcommand};

use crate::terminal::Output;

/// Whose people.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// The people of this tenant, by its slug
    #[arg(long, value_name = "SLUG")]
    pub tenant: Option<String>,
    /// The operators of the platform
    #[arg(long)]
    pub operator: bool,
}

#[derive(Clone, Debug, Subcommand)]
pub enum UserCommand {
    /// Make somebody who signs in with a password: asked for on a terminal, else the first line of standard input
    Create {
        #[command(flatten)]
        whose: Whose,
        /// The e-mail to sign in with
        #[arg(long, value_name = "E-MAIL")]
        email: String,
        /// What the user may do; required with --tenant
        #[arg(long, value_parser = ["viewer", "member", "admin", "owner"], conflicts_with = "operator")]
        role: Option<String>,
        /// The name for people, 1 to 200 characters [default: the e-mail's local part]
        #[arg(long, conflicts_with = "operator")]
        name: Option<String>,
        /// Make a password and print it, this once
        #[arg(long)]
        generate: bool,
    },
    /// List the people of a tenant, newest first, or the operators
    List {
        #[command(flatten)]
        whose: Whose,
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
    /// Set a password, read as by `user create`; whatever was signed in ends
    Passwd {
        #[command(flatten)]
        whose: Whose,
        /// The e-mail to sign in with
        #[arg(long, value_name = "E-MAIL")]
        email: String,
        /// Make a password and print it, this once
        #[arg(long)]
        generate: bool,
    },
    /// Let somebody in no more; whatever was signed in ends
    Disable {
        #[command(flatten)]
        whose: Whose,
        /// The e-mail to sign in with
        #[arg(long, value_name = "E-MAIL")]
        email: String,
    },
}

#[derive(Clone, Debug, Subcommand)]
pub enum KeysCommand {
    /// List the keys, without what is secret about them
    List {
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
    /// Begin to replace the key of a purpose; running servers do the rest within their time
    Rotate {
        /// What the key is for
        #[arg(value_parser = ["jwt", "api_key_pepper", "password_pepper", "cursor", "throttle", "audit_seal"])]
        purpose: String,
        /// Delete the present one at once: access tokens, or cursors, of before are worthless, throttles begin anew
        #[arg(long)]
        now: bool,
    },
    /// End a rotation that does not end by itself: delete the retired key, once nothing needs it any more
    Retire {
        /// What the key is for
        #[arg(value_parser = ["api_key_pepper", "password_pepper", "audit_seal"])]
        purpose: String,
        /// Delete it all the same: what still needs it is worthless from then on
        #[arg(long)]
        yes: bool,
    },
    /// Wrap all keys with the first of ORDERBASE_MASTER_KEYS, so that the others are not needed any more
    Rewrap,
}

#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Compare events and audit log with their seals, changing nothing: exit 1 if a row or a seal is not what it was. Only a head kept
    /// elsewhere tells whether the newest seals were taken away, with their rows or to have these sealed anew
    Verify {
        /// The slug of the tenant [default: all]
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
}
