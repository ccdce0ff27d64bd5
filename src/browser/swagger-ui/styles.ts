/** Uses the colors of Swagger UI, which has a dark set from version 5.30 on. */
export const styles = `
.latchkey-auth { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; flex: 1;
  gap: 8px 16px }
.latchkey-session p { margin: 0; font: 14px/1.5 sans-serif; overflow-wrap: anywhere }
.latchkey-session button { margin-left: 12px; padding: 2px 12px }
.latchkey-form { font: 14px/1.5 sans-serif }
.latchkey-field { margin: 8px 0 }
.latchkey-field label { display: block; font-weight: 600; margin-bottom: 2px }
.swagger-ui .latchkey-field input, .swagger-ui .latchkey-field select { width: 100%; max-width: 360px; margin: 0 }
.latchkey-scopes { border: 0; padding: 0; margin: 12px 0 }
.latchkey-scopes legend { font-weight: 600; padding: 0 }
.latchkey-scopes p button { border: 0; background: none; padding: 0 12px 0 0; color: #4990e2; cursor: pointer }
.swagger-ui .latchkey-scopes label, .swagger-ui .latchkey-remember {
  display: flex; gap: 8px; align-items: baseline; margin: 4px 0; font-weight: 400 }
.latchkey-form .auth-btn-wrapper { position: sticky; bottom: -20px; background: #fff; flex-wrap: wrap; gap: 8px }
.swagger-ui .latchkey-form .auth-btn-wrapper .btn { margin: 0 }
.latchkey-signed-in .auth-btn-wrapper { position: static }
.swagger-ui .latchkey-form .errors { margin: 8px 0; padding: 8px 12px; max-width: 360px; box-sizing: border-box;
  font: 14px/1.5 sans-serif; color: #a00; background: #fee }
.latchkey-factors { margin: 16px 0; padding-top: 12px; border-top: 1px solid #8886 }
.latchkey-factors h5 { margin: 0 0 8px; font: 600 14px/1.5 sans-serif; outline: 0 }
.swagger-ui .dialog-ux .latchkey-form p { font-size: 14px }
.swagger-ui .dialog-ux .latchkey-signed-in p { margin: 8px 0 }
.swagger-ui .latchkey-signed-in p:empty { display: none }
.latchkey-factors ul { margin: 0; padding: 0 }
.latchkey-factors li, .latchkey-actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: center }
.latchkey-factors li { justify-content: space-between; margin: 4px 0; overflow-wrap: anywhere }
.latchkey-factors li span { flex: 1 }
.latchkey-factors li b { display: block }
.swagger-ui .latchkey-factors .btn { margin: 0; padding: 4px 12px }
.latchkey-factors img { display: block; width: 180px; height: 180px; background: #fff }
.latchkey-setup { display: flex; flex-wrap: wrap; gap: 0 20px; align-items: center }
.latchkey-setup > div { flex: 1 220px }
.latchkey-form input { scroll-margin: 90px }
.swagger-ui .latchkey-factors pre { columns: 170px 2; max-width: 360px; margin: 8px 0; font: 14px/1.7 monospace }
.latchkey-actions { margin-top: 12px }
.modal-ux:has(.latchkey-signed-in) .scope-def { display: none }
.latchkey-form summary { cursor: pointer; margin: 8px 0 }
html.dark-mode body { background: #1c2022 }
html.dark-mode .latchkey-form .auth-btn-wrapper { background: #2a2e30 }
html.dark-mode .swagger-ui .latchkey-form .errors { color: #ffb4ab; background: #4a2020 }
html.dark-mode .latchkey-session .btn { border-color: #e4e6e6; color: #e4e6e6 }
html.dark-mode .latchkey-form, html.dark-mode .latchkey-session p { color: #e4e6e6 }
@media (max-width: 600px) {
  .swagger-ui .wrapper { padding: 0 12px }
  .swagger-ui .filter-container input { width: 100%; max-width: none }
  .swagger-ui .info { margin: 16px 0 }
  .swagger-ui .latchkey-form .auth-btn-wrapper .btn { padding: 5px 10px }
  .latchkey-session button { display: block; margin: 4px 0 0 }
  .swagger-ui .opblock .opblock-summary-description { display: none }
  .swagger-ui .dialog-ux .modal-ux { min-width: 0; width: calc(100% - 16px) }
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap }
  .swagger-ui table.parameters, .swagger-ui table.responses-table { display: block; overflow-x: auto }
}
`
