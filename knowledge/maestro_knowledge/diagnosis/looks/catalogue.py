"""The looks by the names that the families' files use."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from maestro_knowledge.diagnosis.looks import (
    application,
    asynchrony,
    database,
    middleware,
    parameters,
    routing,
)
from maestro_knowledge.diagnosis.scene import Scene, Seen

Look = Callable[[Scene], Iterator[Seen]]

LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        look.__name__.replace("_", "-"): look
        for look in (
            asynchrony.unawaited_calls,
            asynchrony.awaited_plain_calls,
            asynchrony.loops_run_inside,
            asynchrony.loop_objects_at_import,
            asynchrony.blocking_calls,
            asynchrony.shared_by_tasks,
            parameters.optional_without_default,
            parameters.models_read_from_the_body,
            parameters.scalars_read_from_the_query,
            parameters.several_bodies,
            parameters.body_beside_form,
            parameters.plain_strings_beside_files,
            parameters.resources_without_depends,
            parameters.untyped_injections,
            parameters.forms_sent_as_data,
            parameters.wrappers_without_wraps,
            parameters.missing_returns,
            parameters.models_without_from_attributes,
            parameters.settings_made_at_import,
            parameters.imports_for_checkers_only,
            routing.shadowed_routes,
            routing.paths_that_differ_by_slash,
            routing.routes_ending_in_slash,
            routing.other_methods,
            routing.other_prefixes,
            routing.routers_left_out,
            routing.prefixes_given_twice,
            application.swallowing_dependencies,
            application.several_yields,
            application.clients_without_with,
            application.events_beside_lifespan,
            application.overrides_by_wrong_key,
            application.reload_with_an_object,
            application.servers_at_import,
            application.modules_named_like_packages,
            middleware.any_origin_with_credentials,
            middleware.no_cors,
            middleware.unlike_origins,
            middleware.cors_limits,
            middleware.middleware_after_cors,
            middleware.middleware_without_response,
            middleware.body_read_in_middleware,
            application.uploads_given_to_tasks,
            application.dependencies_called_by_hand,
            middleware.handlers_returning_data,
            application.sockets_without_accept,
            application.old_template_calls,
            application.bare_lifespans,
            database.expiring_sessions,
            database.lazy_relationships,
            database.sync_driver_urls,
            database.memory_databases,
            database.sessions_left_open,
            database.statements_as_strings,
            database.sessions_at_import,
            database.objects_returned_after_the_session,
            database.async_sessions_queried,
        )
    }
)
