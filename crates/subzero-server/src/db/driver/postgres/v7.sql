-- Which PostgreSQL this database was in when somebody last looked: its system identifier and its timeline. Nobody has looked where it is empty.
alter table server add column lineage text not null default '';
-- A push holds its outbox and the heads of its shops under lock, so that what its rows point at is there. To have it looked up again for every row
-- costs nearly as much as the rows; `verify` looks.
alter table entry drop constraint entry_account_shop_fkey;
alter table entry drop constraint entry_account_inc_fkey;
alter table pushed drop constraint pushed_account_inc_fkey;
alter table pushed drop constraint pushed_account_shop_seq_fkey;
