-- What the account has decided that cashiers and managers may do, as JSON. A role without a row may do what it may at first.
create table rights (
  account integer not null references account,
  role text not null check (role in ('cashier', 'manager')),
  rights text not null,
  primary key (account, role)
) strict;
